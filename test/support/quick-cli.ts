import { once } from 'node:events';
import pLimit from 'p-limit';
import type { CliResult } from './cli.ts';
import { answer, startWorker } from './lab-worker-start.ts';

let started: ReturnType<typeof startWorker> | undefined;
const oneByOne = pLimit(1);

/**
 * As `cli`, in one process for all command lines of a test file: a start of its own takes half a second of CPU. For those that neither end a process nor
 * depend on its files or signals.
 *
 * @param directory in which it is typed; the root of the tree when left out
 */
export function quickCli(words: string[], env: Record<string, string> = {}, directory?: string): Promise<CliResult> {
  return oneByOne(async () => {
    started ??= startWorker();
    const worker = await started;
    // It ends with the test file, and keeps it alive only while it has something to do.
    worker.ref();
    worker.channel?.ref();
    const over = new AbortController();
    const told = once(worker, 'message', { signal: over.signal });
    const ended = once(worker, 'exit', { signal: over.signal }).then(([code, signal]: unknown[]) => {
      throw new Error(`running ${words.join(' ')}: the process ended with ${String(code ?? signal)}`);
    });
    try {
      worker.send({ words, env, directory });
      const [said]: unknown[] = await Promise.race([told, ended]);
      const { exitCode, stdout, stderr } = answer.parse(said);
      return { exitCode, stdout: stdout.replace(/\n$/, ''), stderr: stderr.replace(/\n$/, '') };
    } finally {
      over.abort();
      await Promise.allSettled([told, ended]);
      worker.unref();
      worker.channel?.unref();
    }
  });
}
