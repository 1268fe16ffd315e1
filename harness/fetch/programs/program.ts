import { execa } from 'execa';
import { lastLines } from '../../core/errors.ts';

/** Options for running a program. */
interface RunOptions {
  signal?: AbortSignal | undefined;
  /** Milliseconds after which it is killed. */
  timeout?: number;
  /** Called with each line that it writes to its file descriptor 3. */
  onStatus?: (line: string) => void;
  /** Standard input; empty by default. */
  input?: Uint8Array;
}

/** The result of a program. */
export interface ProgramRun {
  /** Undefined when it was killed or could not be started. */
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

/** A program failed; the caller knows the meaning. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
  readonly output: string;

  constructor(program: string, { exitCode, stdout, stderr, timedOut }: ProgramRun) {
    const ending = timedOut ? 'took too long' : exitCode === undefined ? 'was killed' : `exited with ${exitCode}`;
    super(`${program} ${ending}`);
    this.output = stderr.trim() === '' ? stdout : stderr;
  }

  /** Programs of GNU and Debian have words for it, where Node has codes. */
  get diskFull(): boolean {
    return /no space left on device|disk quota exceeded|you don't have enough free space/i.test(this.output);
  }

  /** The last lines of what it printed, or how it ended if it printed nothing. */
  get evidence(): string {
    return lastLines(this.output.trim(), 8) || this.message;
  }
}

/** Ends a program when its parent is gone, however that went; of util-linux. */
export const dieWithUs = ['setpriv', '--pdeathsig', 'KILL', '--'] as const;

/** `setpriv`'s words for a program that the machine does not have. */
const notInstalled = /^setpriv: failed to execute .*: No such file or directory$/m;

/**
 * Runs a program in a process group of its own that ends with us, with the signal, or with the time limit: as a whole.
 *
 * @throws the signal's reason
 */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<ProgramRun> {
  const { signal, timeout, onStatus, input } = options;
  signal?.throwIfAborted();
  const [wrapper, ...wrapperArgs] = dieWithUs;
  const child = execa(wrapper, [...wrapperArgs, program, ...args], {
    detached: true,
    reject: false,
    env: { LC_ALL: 'C' },
    stdio: [input ?? 'ignore', 'pipe', 'pipe', ['pipe', statusLines(onStatus)]],
  });
  const limit = timeout === undefined ? undefined : AbortSignal.timeout(timeout);
  const stop = (): void => killGroup(child.pid);
  signal?.addEventListener('abort', stop);
  limit?.addEventListener('abort', stop);
  const { exitCode, stdout, stderr } = await child;
  signal?.removeEventListener('abort', stop);
  limit?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  return { exitCode, stdout, stderr, timedOut: limit?.aborted ?? false };
}

/** As {@link run}, for programs that have to succeed. @throws {ProgramError} */
export async function runWell(program: string, args: readonly string[], options?: RunOptions): Promise<string> {
  const ran = await run(program, args, options);
  if (ran.exitCode !== 0) throw new ProgramError(program, ran);
  return ran.stdout;
}

/** Whether the program is missing on the machine. */
export function isMissing(ran: ProgramRun): boolean {
  return ran.exitCode === 127 && notInstalled.test(ran.stderr);
}

/** Kills a process and all that it started, unless it is gone already. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

function statusLines(onStatus: RunOptions['onStatus']) {
  return function* (line: unknown): Generator<string> {
    onStatus?.(String(line));
    // Nothing: the lines are for now, not to be kept.
    yield* [];
  };
}
