import { Channel } from './channel.ts';

/** Gives each value to all subscribers, as 1.13.1's `pubsub.Publisher`. */
export class Publisher<T> {
  #subscribers = new Set<Channel<T>>();

  get size(): number {
    return this.#subscribers.size;
  }

  subscribe(): Channel<T> {
    const channel = new Channel<T>();
    this.#subscribers.add(channel);
    return channel;
  }

  /** Frees a subscriber's channel. */
  evict(channel: Channel<T>): void {
    this.#subscribers.delete(channel);
    channel.close();
  }

  /** A subscriber without room misses the value. (The real one first waits 100 ms for room.) */
  publish(value: T): void {
    for (const channel of this.#subscribers) channel.send(value);
  }

  close(): void {
    for (const channel of this.#subscribers) this.evict(channel);
  }
}
