import test from 'ava';
import { parseCgroupMounts } from './cgroup.ts';

test('each controller where it is, and none of those that are not', (t) => {
  const { version, of } = parseCgroupMounts(`cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0
`);
  t.is(version, 1);
  t.deepEqual(
    [...of],
    [
      ['memory', '/sys/fs/cgroup/memory'],
      ['cpuacct', '/sys/fs/cgroup/cpu,cpuacct'],
    ],
  );
});

test('cgroup v2 alone has them all in one place', (t) => {
  const { version, of } = parseCgroupMounts('cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n');
  t.is(version, 2);
  t.deepEqual([...of.keys()], ['memory', 'cpuacct', 'pids']);
  t.deepEqual([...new Set(of.values())], ['/sys/fs/cgroup']);
});

test('a named hierarchy beside cgroup v2 has no controllers', (t) => {
  const named = 'cgroup /sys/fs/cgroup/systemd cgroup rw,xattr,name=systemd 0 0\n';
  t.is(parseCgroupMounts(`cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n${named}`).version, 2);
});
