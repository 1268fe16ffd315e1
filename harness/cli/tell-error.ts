import { LabError, messageOf, UsageError } from '../core/errors.ts';
import { exitCodes } from '../run/exit-code.ts';
import { systemFailure } from '../core/system-error.ts';

/** Says on stderr why a command did not come to its end, and returns the exit code for it. */
export function tellError(error: unknown): number {
  // What no seam has turned into a failure yet, as long as it is the system's.
  const failure = systemFailure(error, { doing: 'running this command' });
  if (failure instanceof UsageError) return complain(failure.message, exitCodes.usage);
  if (failure instanceof LabError) return complain(failure.message, exitCodes.couldNotRun);
  return complain(bugReport(error), exitCodes.couldNotRun);
}

/** A mistake of the lab itself, with the stack that its finder needs. */
function bugReport(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
  return `This is a bug of dockerd-leak-lab, and not of what you did. Please report it with these lines:\n${stack}`;
}

function complain(message: string, exitCode: number): number {
  process.stderr.write(`${message}\n`);
  return exitCode;
}
