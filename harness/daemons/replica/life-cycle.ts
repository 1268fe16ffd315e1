import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, messageOf } from './api-error.ts';
import type { Collector } from './collector.ts';
import type { Containers } from './containers.ts';
import type { Events } from './events.ts';
import type { Log } from './log.ts';
import { isRunning, restartsByItself, type ContainerRecord } from './record.ts';
import { signalNumber } from './signals.ts';
import type { Supervisor } from './supervisor.ts';
import { Turns } from './turns.ts';

/** Milliseconds before the first restart by policy; each further one waits twice as long, up to a minute. */
const firstRestartDelay = 100;

/** The parts of the daemon that the life cycle of containers uses. */
export interface LifeCycleParts {
  supervisor: Supervisor;
  containers: Containers;
  collector: Collector;
  events: Events;
  log: Log;
}

/** Carries out clients' requests on containers, and their restart policies. */
export class LifeCycle {
  #parts: LifeCycleParts;
  #turns = new Turns();

  constructor(parts: LifeCycleParts) {
    this.#parts = parts;
    parts.supervisor.onEndedByItself((record) => void this.#startAgain(record));
  }

  start(record: ContainerRecord): Promise<void> {
    return this.#turns.take(record.id, async () => {
      record.manuallyStopped = false;
      await this.#parts.supervisor.start(record);
    });
  }

  /** @param name as the client called it, for the error */
  stop(record: ContainerRecord, seconds: number, name: string): Promise<void> {
    return this.#turns.take(record.id, async () => {
      const { supervisor, containers, events } = this.#parts;
      const isWaiting = record.state.status === 'restarting';
      if (!isRunning(record) && !isWaiting) throw new ApiError(304, `Container ${name} is already stopped`);
      record.manuallyStopped = true;
      if (isWaiting) {
        record.state.status = 'exited';
        containers.save(record);
      } else {
        await supervisor.stop(record, seconds);
      }
      events.tell(record, 'stop');
    });
  }

  restart(record: ContainerRecord, seconds: number): Promise<void> {
    return this.#turns.take(record.id, async () => {
      const { supervisor, events } = this.#parts;
      if (isRunning(record)) await supervisor.stop(record, seconds);
      record.manuallyStopped = false;
      await supervisor.start(record);
      events.tell(record, 'restart');
    });
  }

  /** @param word what the client calls it, for the error. */
  async kill(record: ContainerRecord, signal: string, word: string): Promise<void> {
    const { supervisor, events } = this.#parts;
    const number = signalNumber(signal);
    if (!isRunning(record)) {
      throw new ApiError(500, `Cannot kill container ${word}: Container ${record.id} is not running`);
    }
    if (number === 9) record.manuallyStopped = true;
    const ended = supervisor.exited(record);
    supervisor.signal(record, number);
    if (number === 9) await ended;
    events.tell(record, 'kill', { signal: `${number}` });
  }

  remove(record: ContainerRecord, force: boolean): Promise<void> {
    return this.#turns.take(record.id, async () => {
      const { supervisor, containers, collector, events } = this.#parts;
      if (isRunning(record)) {
        if (!force) {
          const hint = 'Stop the container before attempting removal or use -f';
          throw new ApiError(409, `You cannot remove a running container ${record.id}. ${hint}`);
        }
        record.manuallyStopped = true;
        supervisor.signal(record, 9);
      }
      await supervisor.exited(record);
      // A pending restart by policy finds that it is no longer wanted.
      record.manuallyStopped = true;
      collector.stopCollection(record.id);
      containers.remove(record);
      events.tell(record, 'destroy');
    });
  }

  exited(record: ContainerRecord): Promise<void> {
    return this.#parts.supervisor.exited(record);
  }

  async #startAgain(record: ContainerRecord): Promise<void> {
    if (!restartsByItself(record)) return;
    record.state.status = 'restarting';
    await sleep(Math.min(60_000, firstRestartDelay * 2 ** record.restartCount));
    await this.#turns.take(record.id, async () => {
      if (record.state.status !== 'restarting' || !restartsByItself(record)) return;
      record.restartCount++;
      await this.#parts.supervisor.start(record).catch((error: unknown) => {
        this.#parts.log.error(`restartmanager wait error: ${messageOf(error)}`);
      });
    });
  }
}
