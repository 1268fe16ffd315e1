import type { Machine } from '../../machine/contract.ts';
import { readOutput } from '../probe.ts';

/** Lines of a kernel that runs out of something, or that was set to leave something out. */
const telling: readonly RegExp[] = [
  /SLUB: Unable to allocate memory/,
  /[Mm]emory cgroup out of memory|Memory cgroup stats for |\bkmem: usage /,
  /page allocation failure/,
  /Out of memory|oom-kill|invoked oom-killer/,
  /[Uu]nknown (?:kernel )?(?:command line|boot) (?:parameters|option)/,
  /[Dd]isabling .* control group subsystem|cgroup: Disabled controller/,
  /\bBUG: |kernel BUG at |\bOops: |general protection fault/,
  /kmemleak: \d+ new suspected/,
];

/** The lines of the kernel's log that tell of memory and of boot parameters, oldest first. */
export async function readKernelLog(machine: Machine): Promise<string[]> {
  return tellingLines(await readOutput({ machine }, 'the log of the kernel', ['busybox', 'dmesg']));
}

/** See {@link readKernelLog}. */
export function tellingLines(log: string): string[] {
  let within = false;
  return log.split('\n').filter((line) => {
    within = telling.some((pattern) => pattern.test(line)) ? line.includes('SLUB: ') : within && continued.test(line);
    return within || telling.some((pattern) => pattern.test(line));
  });
}

/** The lines after SLUB's, with the cache, which names its cgroup, the size of its objects, and each node (slab_out_of_memory in mm/slub.c). */
const continued = /^(?:<\d+>)?(?:\[[^\]]*\])? +(?:cache: |node \d+: slabs: )|debugging increased min order/;
