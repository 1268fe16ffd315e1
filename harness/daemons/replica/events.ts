import { EventEmitter } from 'node:events';
import { nowNanoseconds } from './clock.ts';
import { asString } from './json.ts';
import type { ContainerRecord } from './record.ts';

/** An event as `GET /events` gives it. */
export interface DaemonEvent {
  status: string;
  id: string;
  from: string;
  Type: 'container';
  Action: string;
  Actor: { ID: string; Attributes: Record<string, string> };
  time: number;
  timeNano: number;
}

/** Events of containers, for all listeners. */
export class Events {
  #emitter = new EventEmitter().setMaxListeners(0);

  get listeners(): number {
    return this.#emitter.listenerCount('event');
  }

  tell({ id, name, config }: ContainerRecord, action: string, attributes: Record<string, string> = {}): void {
    const from = asString(config['Image']);
    const nanoseconds = nowNanoseconds();
    const event: DaemonEvent = {
      status: action,
      id,
      from,
      Type: 'container',
      Action: action,
      Actor: { ID: id, Attributes: { ...attributes, image: from, name } },
      time: Number(nanoseconds / 1_000_000_000n),
      timeNano: Number(nanoseconds),
    };
    this.#emitter.emit('event', event);
  }

  /** Calls back for every event, until the returned function is called. */
  listen(listener: (event: DaemonEvent) => void): () => void {
    this.#emitter.on('event', listener);
    return () => this.#emitter.off('event', listener);
  }
}
