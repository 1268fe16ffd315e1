import { boundedEvidence, boundedLine } from './printable.ts';

/** The parts of an error message. Every field is a sentence or a block of lines. */
export interface Failure {
  /** The action that failed, e.g. `starting dockerd 20.10.24 (start 2)`. */
  doing: string;
  /** The expected result. */
  expected: string;
  /** The actual result. */
  happened: string;
  /** The last lines of the log or console, or of the program's stderr. */
  evidence?: string;
  /** Advice: what the user can do. */
  hint?: string;
}

/**
 * A failure that carries its evidence. An error is infra-failed unless it is classified:
 * only {@link NotApplicableError} and {@link UsageError} are anything else.
 */
export class LabError extends Error {
  override readonly name: string = 'LabError';
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(describeFailure(failure), options);
    this.failure = failure;
  }
}

/** The cell cannot be tried on this machine or with what is available; one sentence says how to change that. */
export class NotApplicableError extends LabError {
  override readonly name = 'NotApplicableError';
}

/** A machine did not boot: an event of the infrastructure, apart from all verdicts. */
export class BootFailedError extends LabError {
  override readonly name = 'BootFailedError';
}

/** The command line asks for something that does not exist. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A cell reached one of its budgets: a finding about the subject, not a failure of the lab. */
export class BudgetExhaustedError extends LabError {
  override readonly name = 'BudgetExhaustedError';
}

/** The kernel of a machine panicked or went wrong under the work: a finding about that kernel, not a failure of the lab. */
export class KernelFailedError extends LabError {
  override readonly name = 'KernelFailedError';
}

/** The whole text of a failure, most specific cause first. */
export function describeFailure({ doing, expected, happened, evidence, hint }: Failure): string {
  const lines = [`${boundedLine(doing)}: ${boundedEvidence(happened)}`, `  expected: ${expected}`];
  if (evidence)
    lines.push(
      '  evidence:',
      ...boundedEvidence(evidence)
        .split('\n')
        .map((line) => `    ${line}`),
    );
  if (hint) lines.push(`  what you can do: ${hint}`);
  return lines.join('\n');
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The last `count` lines of a text, without the empty ones at its end. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
