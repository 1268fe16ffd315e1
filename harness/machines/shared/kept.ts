/** Resources that cells of a run share, by their description: made for the first cell that asks, and reused by the others. */
export class Kept<T> {
  #made = new Map<string, Promise<T>>();

  /** Finds it, or makes it. One that could not be made says nothing about the next: that is made anew. */
  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(key);
    if (known) return known;
    const making = make();
    this.#made.set(key, making);
    making.catch(() => this.#made.delete(key));
    return making;
  }

  /** Forgets all, and resolves with what was made, so that the caller can close it. */
  async take(): Promise<T[]> {
    const all = await Promise.allSettled(this.#made.values());
    this.#made.clear();
    return all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }
}
