import type { Behaviour } from '../common/behaviour.ts';
import type { Calls } from './calls.ts';

/** A behaviour in real time: a round over all containers every period, and each call given up on after its own time. */
export class Schedule {
  readonly #calls: Pick<Calls, 'send' | 'giveUp'>;
  readonly #behaviour: Behaviour;
  #rounds = 0;

  constructor(calls: Pick<Calls, 'send' | 'giveUp'>, behaviour: Behaviour) {
    this.#calls = calls;
    this.#behaviour = behaviour;
  }

  /** Rounds that have begun. */
  get rounds(): number {
    return this.#rounds;
  }

  /**
   * Sends the first round, and the others at whole periods after it, until so many periods have passed. Rounds that were missed, as the
   * machine stood still, are left out: so does a ticker of Go.
   */
  begin(periods: number, containers: readonly string[]): void {
    const period = this.#behaviour.period * 1000;
    const start = performance.now();
    let next = 0;
    const round = () => {
      this.#rounds++;
      // A call that cannot be sent is counted by its error.
      void this.#calls.send(containers.length, containers);
      const passed = performance.now() - start;
      // A timer may be a millisecond early: it is the next period all the same.
      next = Math.max(next, Math.floor(passed / period)) + 1;
      if (next < periods) setTimeout(round, next * period - passed);
    };
    round();
  }

  /** Gives up on calls that have waited as long as the behaviour waits; one that never gives up does nothing. */
  giveUp(): void {
    const { givesUpAfter } = this.#behaviour;
    if (this.#rounds === 0 || givesUpAfter === undefined) return;
    this.#calls.giveUp(performance.now() - givesUpAfter * 1000);
  }
}
