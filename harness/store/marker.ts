import path from 'node:path';
import { z } from 'zod';
import { readJsonBeneath } from './files.ts';
import { writeStored } from './write-stored.ts';

/** The file by which the lab knows a directory of its own making: it removes no other. */
export const markerFile = '.dockerd-leak-lab';

const marker = z.strictObject({
  schema: z.literal(1),
  /** The process that made it. */
  made: z.enum(['report', 'merge']),
  /** Process that makes it, as long as it is not whole. */
  pid: z.int().positive().optional(),
});
type Marker = z.infer<typeof marker>;

/** Marks a directory as one of the lab's. */
export function mark(root: string, directory: string, made: Omit<Marker, 'schema'>): void {
  writeStored(root, path.posix.join(directory, markerFile), `${JSON.stringify({ schema: 1, ...made })}\n`);
}

/** The marker of a directory; undefined where there is none, or one that the lab has not written. */
export function markerOf(root: string, directory: string): Promise<Marker | undefined> {
  return readJsonBeneath(root, path.posix.join(directory, markerFile), marker).catch(() => undefined);
}

/** Whether a directory was left by a process that has ended. */
export async function isAbandoned(root: string, directory: string): Promise<boolean> {
  const found = await markerOf(root, directory);
  return found?.pid !== undefined && !isAlive(found.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
