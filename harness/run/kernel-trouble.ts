import {
  BootFailedError,
  BudgetExhaustedError,
  KernelFailedError,
  messageOf,
  NotApplicableError,
} from '../core/errors.ts';
import { watchesKernel, type Budget, type Machine } from '../machine/contract.ts';
import { checkOf } from '../judge/check.ts';
import type { Judgement } from '../judge/judgement.ts';
import { codeValue } from '../judge/value.ts';

/**
 * Looks whether the kernel of the machine is why a cell failed. One that panics at its boot is none of this: that is an event of the infrastructure.
 *
 * @param cause what the cell failed with
 * @throws {KernelFailedError} when the kernel panicked, or went on after an error of its own
 * @throws {BudgetExhaustedError} when it ran out of memory: what the cell shows with more memory is not known
 */
export function throwIfKernelFailed(machine: Machine, { memoryBytes }: Budget, cause: unknown): void {
  if (!watchesKernel(machine) || cause instanceof BootFailedError || cause instanceof NotApplicableError) return;
  const trouble = machine.kernelTrouble();
  if (!trouble) return;
  const failure = {
    doing: `running the cell on the kernel ${machine.description.kernel}`,
    happened: `${trouble.line.trim()}; then: ${messageOf(cause).split('\n')[0] ?? ''}`,
    evidence: trouble.console,
  };
  if (trouble.kind === 'out of memory') {
    const expected = `it stays within the ${memoryBytes / (1 << 20)} MiB of its machine`;
    const hint =
      'the kernel itself may be what uses the memory: the readings until then are in the events; let the cell do less with --size';
    throw new BudgetExhaustedError({ ...failure, expected, hint }, { cause });
  }
  const hint =
    'run the cell again to see whether it happens each time; the whole console is in the directory of the cell';
  throw new KernelFailedError({ ...failure, expected: 'the kernel goes on', hint }, { cause });
}

/** The finding about a kernel in what a cell failed with; undefined when it is no such finding. */
export function kernelFindingIn(error: unknown): KernelFailedError | undefined {
  if (error instanceof SuppressedError) return kernelFindingIn(error.suppressed);
  return error instanceof KernelFailedError ? error : undefined;
}

/** The judgement of a cell whose kernel failed under the work: no scenario expects that, and its own question stays open. */
export function judgeKernelFailure({ failure }: KernelFailedError): Judgement {
  const { doing, happened, evidence = '' } = failure;
  return {
    observed: [{ what: 'kernel', value: codeValue('failed') }],
    expected: [{ what: 'kernel', value: codeValue('alive') }],
    reason: `${doing}: a kernel has to survive what its processes do`,
    reference: 'none',
    checks: [checkOf('kernel', { kind: 'text', text: happened }, codeValue('alive'), evidence.split('\n'))],
    bug: 'unknown',
  };
}
