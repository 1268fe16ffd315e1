import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';
import { answer, startWorker } from '../support/lab-worker-start.ts';

/** The result of a command line. */
export interface Ended {
  /** Undefined when it did not end, and was killed. */
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** One hostile input. */
export interface Input {
  name: string;
  words: string[];
  env?: Record<string, string>;
  /** Where it is started. */
  directory?: string;
  /** Makes the files of the input; undoes it at the end. */
  prepare?: () => void;
  clean?: () => void;
  /** Exit codes that are right; any documented one when it is left out. */
  exits?: readonly number[];
  /** The error beside the expected one; undefined when there is none. */
  wrong?: (ended: Ended) => string | undefined;
}

/** Milliseconds until an input counts as one that hangs the lab. */
const patience = 20_000;

/** Of docs/reference/exit-codes.md. */
const documented = [0, 1, 2, 3, 64, 125, 130, 143];

/** Tries all inputs of a kind and asserts that none is bad, with a line for each that is. */
export async function tryAll(t: ExecutionContext, kind: string, inputs: readonly Input[]): Promise<void> {
  t.timeout(20 * 60_000);
  const bad: string[] = [];
  let worker: ChildProcess | undefined;
  try {
    for (const input of inputs) {
      input.prepare?.();
      worker ??= await startWorker();
      const ended = await tellWorker(worker, input);
      if (ended.exitCode === undefined || worker.exitCode !== null) worker = undefined;
      const wrong = whatIsWrong(input, ended);
      if (wrong !== undefined) bad.push(`${input.name}: ${wrong}`);
      input.clean?.();
    }
  } finally {
    worker?.kill('SIGKILL');
  }
  t.log(`${kind}: ${bad.length} bad of ${inputs.length} tried`);
  t.deepEqual(bad, [], `${kind}: ${bad.length} bad of ${inputs.length} tried`);
  t.true(inputs.length > 0);
}

function whatIsWrong({ exits = documented, wrong }: Input, ended: Ended): string | undefined {
  const { exitCode, stdout, stderr } = ended;
  if (exitCode === undefined) return 'it does not end';
  if (/^\s+at .*:\d+:\d+\)?$/m.test(stderr) || /This is a bug/.test(stderr)) return `a stack trace: ${head(stderr)}`;
  const obeyed = findObeyed(stdout) ?? findObeyed(stderr);
  if (obeyed !== undefined) return `it prints U+${obeyed.toString(16)}`;
  if (!exits.includes(exitCode)) return `exit code ${exitCode}: ${head(stderr || stdout)}`;
  return wrong?.(ended);
}

/** The first character that a terminal would obey: nothing here is coloured. */
function findObeyed(text: string): number | undefined {
  // oxlint-disable-next-line no-control-regex -- the expression searches for control characters
  return /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/
    .exec(text)?.[0]
    ?.codePointAt(0);
}

function head(text: string): string {
  return text.slice(0, 200).replaceAll('\n', ' | ');
}

async function tellWorker(worker: ChildProcess, { words, env, directory }: Input): Promise<Ended> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), patience);
  try {
    const answered = once(worker, 'message', { signal: over.signal });
    const died = once(worker, 'exit', { signal: over.signal }).then(([code]: unknown[]) => [
      { exitCode: typeof code === 'number' ? code : -1, stdout: '', stderr: 'the process ended' },
    ]);
    worker.send({ words, ...(env && { env }), ...(directory !== undefined && { directory }) });
    const [said]: unknown[] = await Promise.race([answered, died]);
    died.catch(() => undefined);
    answered.catch(() => undefined);
    return answer.parse(said);
  } catch {
    const exited = worker.exitCode === null ? once(worker, 'exit') : undefined;
    worker.kill('SIGKILL');
    await exited;
    return { exitCode: undefined, stdout: '', stderr: '' };
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}
