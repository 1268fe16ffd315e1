import type { Machine } from '../../machine/contract.ts';
import { readOutput } from '../probe.ts';

/** Lines of a kernel that runs out of something, or that was set to leave something out. */
const telling: readonly RegExp[] = [
  /SLUB: Unable to allocate memory/,
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
  return log.split('\n').filter((line) => telling.some((pattern) => pattern.test(line)));
}
