/** Words of a kernel's command line that change what the lab measures: cgroups, slab caches, and the hierarchy that systemd mounts. */
const telling =
  /^(?:cgroup[._]|cgroup_disable=|cgroup_enable=|cgroup_no_v1=|cgroup_memory=|swapaccount=|slub|slab|transparent_hugepage=|memcg|kmem|systemd\.(?:unified_cgroup_hierarchy|legacy_systemd_cgroup_controller)=)/;

/** The words of a command line that matter for a leak, and how many others it has: those may name disks, hosts and secrets of their owner. */
export function tellingWords(commandLine: string): { words: string[]; others: number } {
  const all = commandLine.split(/\s+/).filter(Boolean);
  const words = all.filter((word) => telling.test(word));
  return { words, others: all.length - words.length };
}
