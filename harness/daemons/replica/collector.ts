import { messageOf } from './api-error.ts';
import type { Channel } from './channel.ts';
import type { Fix } from '../../../vms/replica/fixes.ts';
import type { Log } from './log.ts';
import { Publisher } from './publisher.ts';
import { emptyFrame, type StatsFrame } from './stats-frame.ts';

/** Milliseconds between two ticks. */
const interval = 1000;

/** A container without a process: 1.13.1 publishes nothing for it and says nothing. */
export class NotRunning extends Error {}

/** Something that belongs to a container is not found. To 1.13.1 it is an error like any other. */
export class NotFound extends Error {}

/** Reads a container's stats. */
export type Read = (container: string) => StatsFrame;

/** Once a second, reads the stats of all containers that have subscribers, and publishes them. */
export class Collector {
  #publishers = new Map<string, Publisher<StatsFrame>>();
  #read: Read;
  #log: Log;
  #fixes: ReadonlySet<Fix>;

  constructor(read: Read, log: Log, fixes: ReadonlySet<Fix> = new Set()) {
    this.#read = read;
    this.#log = log;
    this.#fixes = fixes;
  }

  run(): void {
    setInterval(() => this.tick(), interval);
  }

  subscribe(container: string): Channel<StatsFrame> {
    const publisher = this.#publishers.get(container) ?? new Publisher<StatsFrame>();
    this.#publishers.set(container, publisher);
    return publisher.subscribe();
  }

  unsubscribe(container: string, channel: Channel<StatsFrame>): void {
    const publisher = this.#publishers.get(container);
    publisher?.evict(channel);
    if (publisher?.size === 0) this.#publishers.delete(container);
  }

  /** Ends every call for a container that is removed. */
  stopCollection(container: string): void {
    this.#publishers.get(container)?.close();
    this.#publishers.delete(container);
  }

  tick(): void {
    for (const [container, publisher] of shuffled([...this.#publishers])) {
      const frame = this.#collect(container);
      if (frame) publisher.publish(frame);
    }
  }

  /** The frame to publish; undefined for none, on which a non-stream call waits for ever. */
  #collect(container: string): StatsFrame | undefined {
    try {
      return this.#read(container);
    } catch (error) {
      if (error instanceof NotRunning || error instanceof NotFound) {
        if (this.#fixes.has('publish-empty-when-not-found')) return emptyFrame();
      }
      if (error instanceof NotRunning) return undefined;
      this.#log.error(`collecting stats for ${container}: ${messageOf(error)}`);
      return this.#fixes.has('publish-on-every-error') ? emptyFrame() : undefined;
    }
  }
}

/** Go visits a map in random order, and so 1.13.1 its containers. */
function shuffled<T>(items: T[]): T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
