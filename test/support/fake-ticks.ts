import type { TickCounter } from '../../harness/clients/tick-counter.ts';

/** A collector whose ticks the test makes, and which the test can break. */
export interface FakeTicks extends TickCounter {
  advance(ticks: number): void;
  fail(error: Error): void;
}

/** A collector that has not ticked yet; code that waits for a tick continues with `advance` and `fail`. */
export function fakeTicks(): FakeTicks {
  let ticks = 0;
  let failure: Error | undefined;
  let waiting: (() => void)[] = [];
  const wake = () => {
    const woken = waiting;
    waiting = [];
    for (const one of woken) one();
  };
  return {
    get ticks() {
      return ticks;
    },
    async reached(wanted) {
      while (ticks < wanted) {
        if (failure) throw failure;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    advance(more) {
      ticks += more;
      wake();
    },
    fail(error) {
      failure = error;
      wake();
    },
    [Symbol.dispose]() {},
  };
}
