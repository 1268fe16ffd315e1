import { execa } from 'execa';
import { ProgramError, dieWithUs } from './programs/program.ts';

/** The exit code of `flock` when another process holds the lock. */
const conflict = 75;

/**
 * Holds an exclusive lock on a file until disposed. The lock is a child's whose input is a pipe of ours: when we end,
 * by SIGKILL too, the child reads the end of its input and the kernel gives the lock to the next.
 *
 * @param onWait called once if another process holds it
 * @throws the signal's reason
 */
export async function holdLock(file: string, onWait: () => void, signal?: AbortSignal): Promise<AsyncDisposable> {
  const atOnce = await tryLock(file, signal);
  if (atOnce !== undefined) return atOnce;
  onWait();
  const later = await attempt(file, [], signal);
  if (later !== undefined) return later;
  throw new Error(`flock ${file} gave up although it was told to wait`);
}

/** Holds an exclusive lock on a file as {@link holdLock} does; undefined if another process holds it. @throws the signal's reason */
export function tryLock(file: string, signal?: AbortSignal): Promise<AsyncDisposable | undefined> {
  return attempt(file, ['--nonblock', '--conflict-exit-code', String(conflict)], signal);
}

async function attempt(file: string, how: string[], signal?: AbortSignal): Promise<AsyncDisposable | undefined> {
  signal?.throwIfAborted();
  const [wrapper, ...wrapperArgs] = dieWithUs;
  const holder = execa(
    wrapper,
    [...wrapperArgs, 'flock', '--no-fork', ...how, file, 'sh', '-c', 'echo locked; exec cat'],
    { detached: true, reject: false, stdin: 'pipe', env: { LC_ALL: 'C' } },
  );
  const stop = (): void => void holder.kill('SIGKILL');
  signal?.addEventListener('abort', stop);
  const locked = new Promise<true>((resolve) => {
    holder.stdout.once('data', () => resolve(true));
  });
  const outcome = await Promise.race([locked, holder]);
  signal?.removeEventListener('abort', stop);
  if (outcome === true && signal?.aborted !== true) {
    return {
      async [Symbol.asyncDispose]() {
        holder.stdin.end();
        await holder;
      },
    };
  }
  const { exitCode, stdout, stderr } = await holder;
  signal?.throwIfAborted();
  if (exitCode === conflict) return undefined;
  throw new ProgramError('flock', { exitCode, stdout, stderr, timedOut: false });
}
