import { setTimeout as sleep } from 'node:timers/promises';
import {
  closeSocket,
  halfCloseSocket,
  openSocket,
  readableSockets,
  readSocket,
  socketAddress,
  unreadBytes,
  writeSocket,
} from '../../harness/clients/engine/unix-socket.ts';
import type { Report } from '../../harness/evidence/client-report.ts';
import { endpoints, type EndpointName } from './endpoints.ts';
import { leavings, type LeavingName } from './leavings.ts';
import { requestOf, type Subject } from './requests.ts';
import type { StalledRegistry } from './stalled-registry.ts';

/** Bytes up to the end of a status: `HTTP/1.1 101`. The rest of the head is there when these are. */
const statusBytes = 12;

/** Milliseconds for the signs of the calls of one order, on a host; an exec takes some 100. */
const signLimit = 30_000;

/** Milliseconds for the end of an answer after a half-close. */
const halfCloseLimit = 1000;

/** Milliseconds between two looks at what has come. */
const interval = 20;

/** Looks in a row without a byte more after which nothing more comes, to a client that does not read. */
const quietLooks = 10;

/** Milliseconds for that. */
const quietLimit = 10_000;

/** A call that was made. */
interface Call {
  fd: number;
  head: string;
  isTaken: boolean;
  hasEnded: boolean;
}

/** The calls of a client to one endpoint, and the way in which it leaves them. */
export class AbandoningCalls {
  readonly counts: Omit<Report, 'seconds' | 'rss' | 'longestTurn'> & { unread: number } = {
    sent: 0,
    open: 0,
    answered: 0,
    givenUp: 0,
    ended: 0,
    bytes: 0,
    failures: {},
    unread: 0,
  };
  private readonly buffer = Buffer.alloc(1 << 16);
  private readonly address: Uint8Array;
  private readonly endpoint: EndpointName;
  private readonly leaving: LeavingName;
  private readonly registry: StalledRegistry | undefined;
  private calls: Call[] = [];

  constructor(socketPath: string, endpoint: EndpointName, leaving: LeavingName, registry?: StalledRegistry) {
    this.address = socketAddress(socketPath);
    this.endpoint = endpoint;
    this.leaving = leaving;
    this.registry = registry;
  }

  /** Makes a call for each subject, and waits for the sign of each. */
  async send(subjects: readonly Subject[]): Promise<void> {
    for (const subject of subjects) {
      this.counts.sent++;
      const fd = openSocket(this.address);
      if (typeof fd === 'string') {
        this.fail(fd);
        continue;
      }
      const text = requestOf(this.endpoint, this.leaving, subject);
      const error = text === '' ? undefined : writeSocket(fd, Buffer.from(text));
      if (error !== undefined) {
        closeSocket(fd);
        this.fail(error);
        continue;
      }
      this.calls.push({ fd, head: '', isTaken: false, hasEnded: false });
    }
    this.count();
    await this.awaitSigns();
    this.count();
  }

  /** Leaves all calls that are open; a process that is to be killed only reads what has come. */
  async leave(): Promise<void> {
    const { leavesUnread } = leavings[this.leaving];
    if (!leavesUnread) this.drain();
    if (this.leaving === 'stays' || this.leaving === 'killed') return this.count();
    if (this.leaving === 'stops-reading') await this.awaitQuiet();
    if (this.leaving === 'half-closes') await this.halfClose();
    for (const { fd } of this.calls) {
      if (unreadBytes(fd) > 0) this.counts.unread++;
      closeSocket(fd);
    }
    this.counts.givenUp += this.calls.length;
    this.calls = [];
    this.count();
  }

  /** Closes what is open, however the client leaves. */
  close(): void {
    for (const { fd } of this.calls) closeSocket(fd);
    this.calls = [];
    this.count();
  }

  private async awaitSigns(): Promise<void> {
    const { sign } = endpoints[this.endpoint];
    if (leavings[this.leaving].sends !== 'all' || sign.kind === 'accepted') return;
    const deadline = performance.now() + signLimit;
    const before = this.counts.answered;
    const expected = this.calls.filter(({ isTaken }) => !isTaken).length;
    let asked = 0;
    while (performance.now() < deadline) {
      if (sign.kind === 'registry') {
        asked = (this.registry?.asked() ?? 0) - before;
        if (asked >= expected) break;
      } else {
        this.readHeads(sign.status);
        if (this.calls.every(({ isTaken, hasEnded }) => isTaken || hasEnded)) return;
      }
      await sleep(interval);
    }
    if (sign.kind === 'registry') {
      this.counts.answered += Math.min(asked, expected);
      for (const call of this.calls) call.isTaken = true;
    }
    for (let missing = expected - (this.counts.answered - before); missing > 0; missing--) this.fail('no sign');
  }

  private readHeads(status: number): void {
    const waiting = this.calls.filter(({ isTaken, hasEnded }) => !isTaken && !hasEnded);
    const readable = new Set(readableSockets(waiting.map(({ fd }) => fd)));
    for (const call of waiting) {
      if (!readable.has(call.fd)) continue;
      const bytes = readSocket(call.fd, this.buffer.subarray(0, statusBytes - call.head.length));
      this.counts.bytes += bytes;
      call.head += this.buffer.toString('latin1', 0, bytes);
      if (bytes === 0) call.hasEnded = true;
      if (call.head.length < statusBytes && !call.hasEnded) continue;
      call.isTaken = call.head === `HTTP/1.1 ${status}`;
      if (call.isTaken) this.counts.answered++;
      else call.hasEnded = true;
      if (!call.isTaken) this.fail(call.head.slice('HTTP/1.1 '.length) || 'ended');
    }
  }

  /** Reads what has come, and notes whose answers have ended. */
  private drain(): void {
    for (const call of this.calls) {
      while (!call.hasEnded && readableSockets([call.fd]).length > 0) {
        const bytes = readSocket(call.fd, this.buffer);
        this.counts.bytes += bytes;
        if (bytes === 0) {
          call.hasEnded = true;
          this.counts.ended++;
        }
      }
    }
  }

  private async halfClose(): Promise<void> {
    for (const { fd } of this.calls) halfCloseSocket(fd);
    const deadline = performance.now() + halfCloseLimit;
    while (performance.now() < deadline && this.calls.some(({ hasEnded }) => !hasEnded)) {
      await sleep(interval);
      this.drain();
    }
  }

  private async awaitQuiet(): Promise<void> {
    const deadline = performance.now() + quietLimit;
    let last = -1;
    for (let quiet = 0; quiet < quietLooks && performance.now() < deadline;) {
      const unread = this.calls.reduce((sum, { fd }) => sum + unreadBytes(fd), 0);
      quiet = unread === last ? quiet + 1 : 0;
      last = unread;
      await sleep(interval);
    }
  }

  private fail(error: string): void {
    this.counts.failures[error] = (this.counts.failures[error] ?? 0) + 1;
  }

  private count(): void {
    this.counts.open = this.calls.length;
  }
}
