import { setTimeout as sleep } from 'node:timers/promises';
import { execaNode } from 'execa';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { ownProgram } from '../../core/own-program.ts';
import { readHosts } from '../../fleet/hosts.ts';
import { coordinatorFigures, type CoordinatorFigures, type CoordinatorTask } from './coordinator-task.ts';

/** What workers saw: cells that began, and the most later cells that had begun before one on its worker. */
const workersSeen = z.object({ begun: z.int(), mostLate: z.int() });
export type WorkersSeen = z.infer<typeof workersSeen>;

/** Simulated workers of one process: with one each, Node itself would take all memory. */
const workersPerProcess = 10;

/** Starts a program with a channel; it ends when the channel does, so with this process, too. */
function startChild(program: string, words: readonly string[]) {
  return execaNode(program, words, {
    // The same flags as ours: they bound the memory that is measured.
    nodeOptions: process.execArgv,
    ipc: true,
    buffer: { ipc: false },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
  });
}

/** Starts workers, and waits until all are ready. */
export async function startWorkers(redis: Redis, url: string, count: number) {
  const names = Array.from({ length: count }, (_, i) => `host-${String(i + 1).padStart(3, '0')}`);
  // Few workers are measured side by side, and so have a process each.
  const size = count <= workersPerProcess ? 1 : workersPerProcess;
  const children = Array.from({ length: Math.ceil(count / size) }, (_, i) =>
    startChild(ownProgram(import.meta.dirname, 'worker-child'), [url, ...names.slice(i * size, (i + 1) * size)]),
  );
  const ended = Promise.all(children);
  while ((await readHosts(redis)).filter(({ state }) => state === 'ready').length < count)
    await Promise.race([sleep(200), ended]);
  const stop = async (): Promise<WorkersSeen> => {
    const seen = await Promise.all(
      children.map(async (child) => {
        const answer = child.getOneMessage();
        await child.sendMessage('stop');
        return workersSeen.parse(await answer);
      }),
    );
    await ended;
    return {
      begun: seen.reduce((all, one) => all + one.begun, 0),
      mostLate: Math.max(...seen.map(({ mostLate }) => mostLate)),
    };
  };
  return {
    stop,
    async [Symbol.asyncDispose]() {
      for (const child of children) child.kill();
      await Promise.allSettled(children);
    },
  };
}

/** Starts a coordinator, which runs its cells when it is told to. */
export function startCoordinator(task: CoordinatorTask) {
  const child = startChild(ownProgram(import.meta.dirname, 'coordinator-child'), [JSON.stringify(task)]);
  return {
    async run(): Promise<CoordinatorFigures> {
      const answer = child.getOneMessage();
      await child.sendMessage('begin');
      const figures = coordinatorFigures.parse(await answer);
      await child;
      return figures;
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await Promise.allSettled([child]);
    },
  };
}
