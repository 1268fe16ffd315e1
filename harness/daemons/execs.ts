import { finished } from 'node:stream/promises';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { LabError } from '../core/errors.ts';
import { shellCommand } from '../core/shell-command.ts';

/** The end of an exec: its exit code, or why there is none. */
export type ExecEnd = { exitCode: number } | { failure: string };

/** An exec whose process runs on, with the connection that holds its output. */
export interface HeldExec {
  /** Closes the connection. The process in the container goes on. */
  close(): void;
}

/** Milliseconds for one exec that ends at once, on a host; some 65 were measured, 900 on an emulated CPU, and more than 60,000 while other daemons spun on both cores. */
const execLimit = 300_000;

/**
 * Runs a command in a container as `docker exec` does: creates the exec, reads its output to the end, and asks for its exit code. An exec that
 * the daemon refuses is a failure by its status.
 *
 * @param slowness of the machine, by which the time limit of 5 minutes is multiplied
 * @throws what the connection throws, and a {@link LabError} after the time limit
 */
export async function runExec(container: Docker.Container, command: readonly string[], slowness = 1): Promise<ExecEnd> {
  const abortSignal = AbortSignal.timeout(execLimit * slowness);
  try {
    const { exec, output } = await startExec(container, command, abortSignal);
    output.resume();
    await finished(output, { signal: abortSignal });
    const { Running, ExitCode } = await exec.inspect({ abortSignal });
    if (Running || ExitCode === null) return { failure: 'running' };
    return { exitCode: ExitCode };
  } catch (error) {
    if (abortSignal.aborted) throw tookTooLong(command, execLimit * slowness, error);
    return { failure: statusOf(error) };
  }
}

/**
 * Starts a command in a container that runs on, and holds the connection.
 *
 * @throws what the connection throws, and the daemon's refusal
 */
export async function holdExec(container: Docker.Container, command: readonly string[]): Promise<HeldExec> {
  const { output } = await startExec(container, command);
  output.on('error', () => {});
  return { close: () => void output.destroy() };
}

async function startExec(
  container: Docker.Container,
  command: readonly string[],
  abortSignal?: AbortSignal,
): Promise<{ exec: Docker.Exec; output: Duplex }> {
  const signal = abortSignal && { abortSignal };
  const exec = await container.exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true, ...signal });
  return { exec, output: await exec.start({ Detach: false, ...signal }) };
}

function tookTooLong(command: readonly string[], limit: number, cause: unknown): LabError {
  const failure = {
    doing: `running ${shellCommand(command)} in a container by docker exec`,
    expected: `it ends within ${limit / 1000} s`,
    happened: 'it did not end, or dockerd did not say so',
    hint: "the daemon's log, in the directory of the cell, may say why; on a busy host, run fewer cells side by side with --jobs",
  };
  return new LabError(failure, { cause });
}

/** The daemon's refusal as a name, e.g. `status 409`. @throws the error when it is none */
function statusOf(error: unknown): string {
  const status: unknown = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (typeof status !== 'number') throw error;
  return `status ${status}`;
}
