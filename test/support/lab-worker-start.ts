import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { z } from 'zod';

/** What the worker says of a command line that has ended. */
export const answer = z.object({ exitCode: z.number(), stdout: z.string(), stderr: z.string() });

/** Starts a process that runs command lines of the lab one after the other, and waits until it has loaded the lab. */
export async function startWorker(): Promise<ChildProcess> {
  // npm has not started it: it watches no parent.
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', npm_lifecycle_event: undefined };
  const worker = fork(path.join(import.meta.dirname, 'lab-worker.ts'), {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(worker, 'message');
  return worker;
}
