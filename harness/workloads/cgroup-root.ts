import { LabError } from '../core/errors.ts';
import type { CgroupRoot } from '../evidence/cgroup-root.ts';
import type { Machine } from '../machine/contract.ts';

/** Prints version, root, and 1 where the memory controller is on. A kernel that has none still has other cgroups. */
const script = `
if [ -e /sys/fs/cgroup/memory/cgroup.procs ]; then echo 1 /sys/fs/cgroup/memory 1; exit; fi
root=/sys/fs/cgroup
if [ ! -e $root/cgroup.controllers ]; then
  root=/run/cgroup2
  busybox mkdir -p $root
  if ! busybox mount -t cgroup2 cgroup2 $root 2>/dev/null; then
    for root in /sys/fs/cgroup/pids /sys/fs/cgroup/cpu /sys/fs/cgroup/freezer; do
      if [ -e $root/cgroup.procs ]; then echo 1 $root 0; exit; fi
    done
    echo "no hierarchy of cgroups" >&2; exit 1
  fi
fi
if busybox grep -qw memory $root/cgroup.controllers; then echo +memory >$root/cgroup.subtree_control; echo 2 $root 1
else echo 2 $root 0; fi`;

/** Finds or mounts the hierarchy with the memory controller; where the kernel has none, another one. */
export async function findCgroupRoot(machine: Machine): Promise<CgroupRoot> {
  const ran = await machine.run(['busybox', 'sh', '-c', script]);
  const [version, root = '', memory] = ran.stdout.trim().split(' ');
  if (ran.exitCode === 0 && (version === '1' || version === '2')) {
    return { version: version === '1' ? 1 : 2, root, memory: memory === '1' };
  }
  throw new LabError({
    doing: 'looking for a hierarchy of cgroups',
    expected: 'one of v1 or v2',
    happened: `exit code ${ran.exitCode}`,
    evidence: ran.stderr || ran.stdout,
    hint: 'the kernel has no cgroups, or was told to leave them out: take another one with --kernel, or other boot parameters',
  });
}
