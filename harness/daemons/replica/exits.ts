import { mkdirSync, readFileSync, rmSync, watch } from 'node:fs';
import path from 'node:path';
import { shimRoot, startTimeOf } from './process.ts';

/** Milliseconds in which a living shim has written the exit code of a process that is gone; generous. */
const shimDelay = 2000;

/**
 * Waits for a container's process to end, whether this daemon started it or an earlier one did: its shim writes the
 * exit code to a file.
 *
 * @returns the exit code; 137, as of SIGKILL, when the process is gone and its shim could tell nothing.
 */
export function awaitExit(id: string, pid: number, startTime: string): Promise<number> {
  const directory = path.join(shimRoot, id);
  mkdirSync(directory, { recursive: true });
  return new Promise((resolve) => {
    const watcher = watch(directory);
    let settled = false;
    const look = (otherwise?: number) => {
      const code = readCode(path.join(directory, 'exit')) ?? otherwise;
      if (code === undefined || settled) return;
      settled = true;
      watcher.close();
      rmSync(directory, { recursive: true, force: true });
      resolve(code);
    };
    watcher.on('change', () => look());
    // It may have ended before anybody watched, and its shim may be about to tell: a container that ends at once did.
    look();
    if (startTimeOf(pid) !== startTime) setTimeout(() => look(137), shimDelay);
  });
}

function readCode(file: string): number | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return text.endsWith('\n') ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}
