import type { Machine } from '../../machine/contract.ts';
import { readOutput } from '../probe.ts';

/**
 * Makes a cgroup for one process, and removes it when that has ended. Before Linux 4.5 the limit is what switches the accounting of kernel memory
 * on; it has to be set before the first process comes. A process that has ended may take a moment to leave its cgroup.
 */
const script = `
mkdir "$0/lab-look" || exit 1
[ "$1" = off ] || echo 1073741824 2>/dev/null >"$0/lab-look/memory.kmem.limit_in_bytes"
busybox sh -c "echo \\$\\$ >\\"\\$0/cgroup.procs\\" || exit 1
$2" "$0/lab-look"
for tries in 1 2 3 4 5 6 7 8 9 10; do busybox rmdir "$0/lab-look" 2>/dev/null && exit; busybox sleep 0.1; done
exec busybox rmdir "$0/lab-look"`;

/**
 * Runs a shell's words in a memory cgroup that is made for them.
 *
 * @param root of the hierarchy
 * @param words what is run; `$0` is the directory of the cgroup
 * @returns what they print; that they fail is for them to tell
 */
export function runInCgroup(
  machine: Machine,
  root: string,
  kmem: 'on' | 'off',
  what: string,
  words: string,
): Promise<string> {
  return readOutput({ machine }, what, ['busybox', 'sh', '-c', script, root, kmem, words]);
}
