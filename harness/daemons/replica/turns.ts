/** Does what is asked for one thing one after the other, and for different things side by side. */
export class Turns {
  #last = new Map<string, Promise<unknown>>();

  /** Runs the work when all that was asked for `key` before is done, well or not. */
  take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(key, mine);
    const forget = () => {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    };
    mine.then(forget, forget);
    return mine;
  }
}
