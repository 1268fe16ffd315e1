import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Behaviour } from '../common/behaviour.ts';
import {
  closeSocket,
  halfCloseSocket,
  openSocket,
  readableSockets,
  readSocket,
  socketAddress,
  writeSocket,
} from './unix-socket.ts';

/** The results of the engine's calls: the proof that a client's fault really happened. */
export interface CallCounts {
  sent: number;
  /** Connections that the client has not closed. */
  open: number;
  /** Calls of which at least one byte has come. */
  answered: number;
  /** Calls on which the client gave up. */
  givenUp: number;
  /** Connections that the daemon has closed. */
  ended: number;
  /** Bytes that were read. */
  bytes: number;
  /** Calls that could not be sent, by the error's name. */
  failures: Record<string, number>;
}

/** Calls in one turn of the event loop: some 5 ms of it, measured on a busy machine of two cores. */
const turn = 200;

/** Bytes that are read are counted and not kept. */
const scrap = Buffer.allocUnsafe(1 << 16);

/** Holds calls open, tens of thousands of them, and does with them what a behaviour says. */
export class Calls {
  readonly #address: Uint8Array;
  readonly #behaviour: Behaviour;
  readonly #open = new Set<number>();
  /** When each call that waits was sent, in milliseconds of performance.now(). */
  readonly #waiting = new Map<number, number>();
  readonly #counts = { sent: 0, answered: 0, givenUp: 0, ended: 0, bytes: 0 };
  readonly #failures: Record<string, number> = {};

  constructor(socketPath: string, behaviour: Behaviour) {
    this.#address = socketAddress(socketPath);
    this.#behaviour = behaviour;
  }

  get counts(): CallCounts {
    return { ...this.#counts, open: this.#open.size, failures: { ...this.#failures } };
  }

  /** Sends so many calls, to the containers in turn, and resolves when each has been written or has failed. */
  async send(count: number, containers: readonly string[]): Promise<void> {
    const requests = containers.map((container) => this.#request(container));
    for (let done = 0; done < count;) {
      const queueIsFull = !this.#call(requests[done % requests.length]);
      if (!queueIsFull) done++;
      // The daemon is reading; it is the only failure that is tried again.
      if (queueIsFull || done % turn === 0) await nextTurn();
    }
  }

  /** Reads what has come for all calls, unless the behaviour is not to. */
  read(): void {
    if (this.#behaviour.stopsReadingAfter !== undefined && this.#counts.bytes >= this.#behaviour.stopsReadingAfter)
      return;
    for (const fd of readableSockets([...this.#open])) {
      const bytes = readSocket(fd, scrap);
      this.#counts.bytes += bytes;
      if (bytes > 0) {
        if (!this.#waiting.delete(fd)) continue;
        this.#counts.answered++;
        // The daemon would keep an answered connection for a next request, and the client has none.
        if (this.#behaviour.onGivingUp === 'second-request') this.#close(fd);
        continue;
      }
      this.#counts.ended++;
      this.#close(fd);
    }
  }

  /**
   * Gives up on the calls that wait for their answer, in the way of the behaviour.
   *
   * @param sentBefore only those, in milliseconds of performance.now(); all of them when it is left out
   */
  giveUp(sentBefore = Number.POSITIVE_INFINITY): void {
    for (const [fd, sent] of this.#waiting) {
      if (sent >= sentBefore) continue;
      this.#waiting.delete(fd);
      this.#counts.givenUp++;
      if (this.#behaviour.onGivingUp === 'closes') this.#close(fd);
      else if (this.#behaviour.onGivingUp === 'half-closes') halfCloseSocket(fd);
      else if (this.#behaviour.onGivingUp === 'second-request') writeSocket(fd, ping);
    }
  }

  /** Closes every connection, with any behaviour: the client is gone. */
  closeAll(): void {
    for (const fd of this.#open) this.#close(fd);
  }

  /** False when the daemon's queue of connections is full. */
  #call(request: Uint8Array | undefined): boolean {
    const opened = openSocket(this.#address);
    if (opened === 'EAGAIN') return false;
    const error = typeof opened === 'string' ? opened : writeSocket(opened, request ?? ping);
    if (typeof opened === 'number') this.#open.add(opened);
    if (error !== undefined) {
      this.#failures[error] = (this.#failures[error] ?? 0) + 1;
    } else if (typeof opened === 'number') {
      this.#counts.sent++;
      this.#waiting.set(opened, performance.now());
    }
    return true;
  }

  #close(fd: number): void {
    this.#open.delete(fd);
    this.#waiting.delete(fd);
    closeSocket(fd);
  }

  #request(container: string): Uint8Array {
    const query = { 'non-stream': 'stream=0', stream: 'stream=1', 'one-shot': 'stream=0&one-shot=1' }[
      this.#behaviour.call
    ];
    // A second request needs the connection of the first; all others are done with it, as an idle one would be reused.
    const connection = this.#behaviour.onGivingUp === 'second-request' ? 'keep-alive' : 'close';
    return head(`/containers/${container}/stats?${query}`, this.#behaviour.name, connection);
  }
}

const ping = head('/_ping', 'dockerd-leak-lab', 'close');

function head(path: string, agent: string, connection: 'close' | 'keep-alive'): Uint8Array {
  return Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: docker\r\nUser-Agent: ${agent}\r\nConnection: ${connection}\r\n\r\n`,
  );
}
