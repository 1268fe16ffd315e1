import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, messageOf } from './api-error.ts';
import { removeCgroups } from './cgroup.ts';
import { now, zeroTime } from './clock.ts';
import type { Connections } from './connections.ts';
import type { Containers } from './containers.ts';
import type { Events } from './events.ts';
import { awaitExit } from './exits.ts';
import type { Images } from './images.ts';
import { launch } from './launch.ts';
import type { Log } from './log.ts';
import { signalProcess, startTimeOf } from './process.ts';
import { isRunning, stopSignalOf, type ContainerRecord } from './record.ts';
import { signalNumber } from './signals.ts';

/** Seconds that SIGKILL is given before a container counts as stuck. */
const killLimit = 10;

/** The parts of the daemon that start and end a container. */
export interface SupervisorParts {
  containers: Containers;
  images: Images;
  connections: Connections;
  events: Events;
  log: Log;
}

/** Starts and ends the processes of containers, and keeps the records true to them. */
export class Supervisor {
  #parts: SupervisorParts;
  /** Of each container with a process: resolves when that has ended and all its resources are released. */
  #exits = new Map<string, Promise<void>>();
  /** Containers that are being stopped. */
  #stopping = new Set<string>();
  #endedByItself: (record: ContainerRecord) => void = () => {};

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
  }

  /** Calls back when a container ends that no client is stopping. */
  onEndedByItself(listener: (record: ContainerRecord) => void): void {
    this.#endedByItself = listener;
  }

  async start(record: ContainerRecord): Promise<void> {
    const { containers, images, connections, events } = this.#parts;
    if (isRunning(record)) throw new ApiError(304, 'Container already started');
    await this.exited(record);
    let hasNetwork = false;
    const openNetwork = async () => {
      await connections.open(record);
      hasNetwork = true;
    };
    try {
      const pid = await launch(record, images.find(record.imageId), openNetwork);
      const startTime = startTimeOf(pid) ?? '';
      const { finishedAt } = record.state;
      record.state = { status: 'running', pid, startTime, exitCode: 0, error: '', startedAt: now(), finishedAt };
    } catch (error) {
      if (hasNetwork) await connections.close(record);
      removeCgroups(record.id);
      const status = record.state.startedAt === zeroTime ? 'created' : 'exited';
      record.state = { ...record.state, status, exitCode: 127, error: messageOf(error) };
      containers.save(record);
      throw error;
    }
    containers.save(record);
    this.watch(record);
    events.tell(record, 'start');
  }

  /** Asks a running container to end, and makes it after some seconds. */
  async stop(record: ContainerRecord, seconds: number): Promise<void> {
    this.#stopping.add(record.id);
    const ended = this.exited(record);
    const number = signalNumber(stopSignalOf(record));
    this.signal(record, number);
    try {
      if (await settlesWithin(ended, seconds)) return;
      const message = `Container ${record.id} failed to exit within ${seconds} seconds of signal ${number}`;
      this.#parts.log.info(`${message} - using the force`);
      this.signal(record, 9);
      if (!(await settlesWithin(ended, killLimit))) throw new Error(`Container ${record.id} does not die`);
    } finally {
      this.#stopping.delete(record.id);
    }
  }

  signal({ id, state }: ContainerRecord, number: number): void {
    this.#parts.log.debug(`Sending kill signal ${number} to container ${id}`);
    signalProcess(state.pid, state.startTime, number);
  }

  /** Resolves when the container has ended and all its resources are released; at once when it has already ended. */
  exited({ id }: ContainerRecord): Promise<void> {
    return this.#exits.get(id) ?? Promise.resolve();
  }

  /** Notices the end of a running container, including one that an earlier daemon started. */
  watch(record: ContainerRecord): void {
    const { pid, startTime } = record.state;
    const ended = awaitExit(record.id, pid, startTime)
      .then((code) => this.#ended(record, code))
      .catch((error: unknown) => this.#parts.log.error(`cleaning up container ${record.id}: ${messageOf(error)}`))
      .finally(() => this.#exits.delete(record.id));
    this.#exits.set(record.id, ended);
  }

  async #ended(record: ContainerRecord, exitCode: number): Promise<void> {
    const { containers, connections, events } = this.#parts;
    record.state = { ...record.state, status: 'exited', pid: 0, startTime: '', exitCode, finishedAt: now() };
    await connections.close(record);
    removeCgroups(record.id);
    containers.save(record);
    events.tell(record, 'die', { exitCode: `${exitCode}` });
    if (!this.#stopping.has(record.id)) this.#endedByItself(record);
  }
}

async function settlesWithin(promise: Promise<void>, seconds: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(seconds * 1000, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    timer.abort();
  }
}
