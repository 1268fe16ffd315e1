import { setTimeout as sleep } from 'node:timers/promises';
import { BudgetExhaustedError, messageOf } from '../core/errors.ts';
import { limitOn } from '../machine/limit-on.ts';
import { watchesBudgets, type Budget, type Machine } from '../machine/contract.ts';

const running = 'running the cell';

/** Advice for a cell that needs more than its scenario's budget. */
const smallerHint = 'let the cell do less with --size, or raise the budget of its scenario';

/** Milliseconds between two looks at what the kernel has killed: a counter in a file. */
const interval = 500;

/** Seconds that a cell has on its machine. */
export function secondsOf({ seconds }: Budget, machine: Machine): number {
  return limitOn(machine, seconds);
}

/** Of a cell that was not done in {@link secondsOf}. */
export function outOfTime(machine: Machine, budget: Budget, cause: Error): BudgetExhaustedError {
  return new BudgetExhaustedError(
    {
      doing: running,
      expected: `it is done within its budget of ${secondsOf(budget, machine)} s`,
      happened: 'budget-exhausted: time; what was observed until then is in its events',
      hint: 'run fewer cells side by side with --jobs, or look at the daemon log of the cell',
    },
    { cause },
  );
}

/**
 * @param cause what else went wrong, perhaps because of it
 * @throws {BudgetExhaustedError} when memory or disk have run out on the machine
 */
export async function throwIfBudgetRanOut(
  machine: Machine,
  { memoryBytes, diskBytes }: Budget,
  cause?: unknown,
): Promise<void> {
  if (!watchesBudgets(machine)) return;
  const then = cause ? `, then: ${messageOf(cause)}` : '';
  const kills = await machine.memoryKills();
  if (kills > 0) {
    const happened = `budget-exhausted: memory; the kernel killed ${kills} of its processes${then}`;
    const expected = `it stays within its memory budget of ${memoryBytes / (1 << 20)} MiB`;
    throw new BudgetExhaustedError({ doing: running, expected, happened, hint: smallerHint }, { cause });
  }
  // A block that is left is one that nothing more fits into.
  if ((await machine.diskLeft()) < 4096) {
    const happened = `budget-exhausted: disk; nothing more can be written${then}`;
    const expected = `it stays within its disk budget of ${diskBytes / (1 << 20)} MiB`;
    throw new BudgetExhaustedError({ doing: running, expected, happened, hint: smallerHint }, { cause });
  }
}

/** Rejects as soon as the kernel has killed something of the cell: what waits for it would wait for its time limit. */
export async function budgetRanOut(machine: Machine, budget: Budget, over: AbortSignal): Promise<never> {
  while (watchesBudgets(machine) && !over.aborted && (await machine.memoryKills()) === 0) {
    await sleep(interval, undefined, { signal: over }).catch(() => undefined);
  }
  if (!over.aborted) await throwIfBudgetRanOut(machine, budget);
  return new Promise(() => {});
}
