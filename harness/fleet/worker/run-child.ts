import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { execaNode } from 'execa';
import { z } from 'zod';
import { LabError, lastLines } from '../../core/errors.ts';
import { activity, type Activity } from '../../store/activity.ts';
import { writeJson } from '../../store/files.ts';
import { childResult, type ChildResult, type TryRecord } from '../records.ts';
import { childFiles } from './try-here.ts';

/** A try that came to its end. */
interface Tried {
  /** Of the cell. */
  directory: string;
  result: ChildResult;
}

/** The means to run one try; tests and benchmarks have others than a child process. */
export type RunTry = (
  order: TryRecord,
  context: { directory: string; signal: AbortSignal; doing: (activity: Activity) => void },
) => Promise<Tried>;

const message = z.object({ doing: activity });

/**
 * Runs tries in child processes: a cell cannot block the event loop of the worker, which renews the locks.
 *
 * @param program of the child
 * @param cleanup milliseconds for a child to end its cell, before it is killed
 */
export function inChild(program: string, host: string, cleanup: number): RunTry {
  return async (order, { directory, signal, doing }) => {
    await mkdir(directory, { recursive: true });
    await writeJson(path.join(directory, childFiles.order), order);
    const child = execaNode(program, [directory, host], {
      nodeOptions: ['--max-semi-space-size=2'],
      ipc: true,
      reject: false,
      stdin: 'ignore',
      stdout: 'ignore',
      maxBuffer: 1 << 20,
      buffer: { ipc: false },
      cancelSignal: signal,
      forceKillAfterDelay: cleanup,
      // Signals of the terminal are for the worker, which ends its children in order.
      detached: true,
    });
    void listen(child.getEachMessage(), doing);
    const { exitCode, signal: killedBy, stderr } = await child;
    signal.throwIfAborted();
    const result = await readFile(path.join(directory, childFiles.result), 'utf8').then(
      (text) => childResult.safeParse(JSON.parse(text)).data,
      () => undefined,
    );
    const cell = await cellIn(path.join(directory, childFiles.results, order.scenario));
    if (exitCode === 0 && result && cell !== undefined) return { directory: cell, result };
    const how = killedBy === undefined ? `exit code ${exitCode}` : killedBy;
    throw new LabError({
      doing: 'running a cell in a process of its own',
      expected: 'it ends with the directory of its cell',
      happened: `it ended with ${how}`,
      evidence: lastLines(stderr, 10),
    });
  };
}

/** Hears what a child does. Its end, and what the end does to the channel, is told elsewhere. */
async function listen(messages: AsyncIterable<unknown>, doing: (activity: Activity) => void): Promise<void> {
  try {
    for await (const received of messages) {
      const { data } = message.safeParse(received);
      if (data) doing(data.doing);
    }
  } catch {
    // The channel was closed.
  }
}

/** The directory of the only cell of the only run. */
async function cellIn(runs: string): Promise<string | undefined> {
  const list = (directory: string) => readdir(directory).catch(() => []);
  const run = (await list(runs)).find((name) => name !== 'latest');
  if (run === undefined) return undefined;
  const [cell] = await list(path.join(runs, run, 'cells'));
  return cell === undefined ? undefined : path.join(runs, run, 'cells', cell);
}
