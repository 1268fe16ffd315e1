import { LabError, lastLines } from '../../core/errors.ts';
import type { Machine } from '../../machine/contract.ts';

/**
 * The number of processes that a kernel reports as killed for lack of memory.
 *
 * @param text `/proc/vmstat`, where they are counted since 4.13, or a file of a memory cgroup; without a count there is none
 */
export function killsIn(text: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

/** `%a` and `%S` are what statvfs(3) calls f_bavail and f_frsize. */
const look = ['busybox', 'stat', '-f', '-c', '%a %S', '/var/lib/docker'];

/**
 * Bytes that may still be written where a machine's daemon keeps its things.
 *
 * @throws {LabError} when they cannot be read: an unknown state is not a full disk
 */
export async function bytesLeft(machine: Pick<Machine, 'run'>): Promise<number> {
  const { command, exitCode, stdout, stderr } = await machine.run(look);
  const [, blocks, bytes] = /^(\d+) (\d+)$/.exec(stdout) ?? [];
  if (exitCode === 0 && blocks !== undefined) return Number(blocks) * Number(bytes);
  throw new LabError({
    doing: `reading what a cell may still write: ${command}`,
    expected: 'free blocks, and bytes of each',
    happened: `exit code ${exitCode}`,
    evidence: lastLines(`${stdout}\n${stderr}`.trim(), 5),
    hint: 'the console or the daemon log of the cell may say what became of the file system',
  });
}
