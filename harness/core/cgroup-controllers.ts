/**
 * Controllers by which dying cgroups are counted. On v2 the kernel counts those of each that is on since 6.12, `nr_dying_subsys_*` in cgroup.stat
 * (cgroup-v2.rst). On v1 each has a hierarchy with a count of its own, in /proc/cgroups. `blkio` is the `io` of v1.
 */
export const controllers = [
  'memory',
  'io',
  'pids',
  'cpu',
  'cpuset',
  'hugetlb',
  'rdma',
  'misc',
  'perf_event',
  'blkio',
  'cpuacct',
  'devices',
  'freezer',
  'net_cls',
  'net_prio',
] as const;
export type Controller = (typeof controllers)[number];
