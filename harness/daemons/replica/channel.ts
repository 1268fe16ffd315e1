/** Slots of a subscriber's channel, as in 1.13.1's stats collector. */
export const channelSlots = 1024;

/** A buffered channel as Go has them: all its slots are there from the start, taken or not. */
export class Channel<T> {
  /** Filled, so that the memory is really taken: this is half of what a hanging call costs. */
  #slots: (T | undefined)[] = Array.from<T | undefined>({ length: channelSlots });
  #first = 0;
  #length = 0;
  #closed = false;
  #wake: (() => void) | undefined;

  get length(): number {
    return this.#length;
  }

  /** False when there is no room. */
  send(value: T): boolean {
    if (this.#closed || this.#length === channelSlots) return false;
    this.#slots[(this.#first + this.#length) % channelSlots] = value;
    this.#length++;
    this.#wake?.();
    return true;
  }

  /** The next value, when there is one; undefined once the channel is closed and empty. */
  async receive(): Promise<T | undefined> {
    while (this.#length === 0) {
      if (this.#closed) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const value = this.#slots[this.#first];
    this.#slots[this.#first] = undefined;
    this.#first = (this.#first + 1) % channelSlots;
    this.#length--;
    return value;
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }
}
