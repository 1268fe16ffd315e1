import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { LabError, messageOf } from '../../core/errors.ts';
import { Call, uint32, type CallEvents, type Order } from './call.ts';
import { encodeFrame, frameOverhead, FrameReader, longestPayload, type Frame } from './frame.ts';
import { parseGreeting, type Greeting } from './greeting.ts';
import { GuestError } from './guest-error.ts';
import { portLimits, serialLimits, type LineLimits } from './limits.ts';

/** Milliseconds of silence after which a guest that owes an answer is asked for one, and after which it is given up. */
export interface Silence {
  ask: number;
  giveUp: number;
}

const usualSilence: Silence = { ask: 15_000, giveUp: 60_000 };

/** Options of a channel. */
export interface ChannelOptions {
  /** The guest's serial port and its virtio port; the one on which it greets is used. */
  lines: { serial: Duplex; port: Duplex };
  /** Makes the error that all calls get, with what the console shows, when the channel fails. */
  explain: (happened: string) => Error;
  /** The guest's greeting from before it was saved: it continues without another one. */
  resumed?: Greeting | undefined;
  silence?: Silence;
}

/**
 * Many calls over one line to the guest's agent. Nothing is sent twice: a frame that gets lost ends the channel, and
 * with it every call, with an error that says so. Bytes between frames are passed over.
 */
export class Channel implements Disposable {
  /** The guest's description of itself, its first message. Rejects when the channel fails before. */
  readonly greeting: Promise<Greeting>;
  #greeted: { resolve: (greeting: Greeting) => void; reject: (error: Error) => void };
  #lines: Line[];
  /** The one that the guest has chosen. */
  #line: Line | undefined;
  #explain: (happened: string) => Error;
  #calls = new Map<number, Call>();
  #callsMade = 0;
  #sent = 0;
  #sentBytes = 0;
  #acknowledged = 0;
  #expected = 0;
  #heard = performance.now();
  /** How often the guest was asked since then. */
  #asked = 0;
  #asking: NodeJS.Timeout;
  #failure: Error | undefined;
  #silence: Silence;

  constructor({ lines, explain, resumed, silence = usualSilence }: ChannelOptions) {
    this.#silence = silence;
    this.#explain = explain;
    const { promise, ...greeted } = Promise.withResolvers<Greeting>();
    this.greeting = promise;
    // Callers that await it get the error; without one it is not unhandled.
    promise.catch(() => {});
    this.#greeted = greeted;
    const line = (socket: Duplex, limits: LineLimits): Line => ({ socket, reader: new FrameReader(), limits });
    this.#lines = [line(lines.serial, serialLimits), line(lines.port, portLimits)];
    if (resumed) {
      // The greeting was the guest's frame 0.
      this.#expected = 1;
      this.#line = this.#lines[resumed.device.includes('ttyS') ? 0 : 1];
      greeted.resolve(resumed);
    }
    for (const one of this.#lines) {
      one.socket.on('data', (bytes: Buffer) => this.#read(one, bytes));
      // QEMU's exit reports its end; a socket's error only follows from it.
      one.socket.on('error', () => {});
    }
    this.#asking = setInterval(() => this.#listen(), silence.ask).unref();
  }

  /** Which line the guest has chosen, once it has greeted. */
  get transport(): 'serial' | 'virtio' {
    return this.#line?.limits === portLimits ? 'virtio' : 'serial';
  }

  /** Asks the guest for something. The call's failure comes as an event, too. */
  open(order: Order, flags: number, payload: Buffer, events: CallEvents): Call {
    const id = ++this.#callsMade;
    const call = new Call(events, this.#line?.limits ?? serialLimits, {
      send: (type, part, bytes) => this.#send(id, type, part, bytes),
      pump: () => this.#pump(),
      close: () => this.#calls.delete(id),
    });
    const failure = this.#failure ?? (payload.length > longestPayload ? tooLong(payload.length) : undefined);
    if (failure) {
      queueMicrotask(() => events.failed(failure));
      return call;
    }
    if (this.#calls.size === 0) this.#heard = performance.now();
    this.#calls.set(id, call);
    this.#send(id, order, flags, payload);
    return call;
  }

  /** Gives a guest that was saved and goes on the time, and randomness of its own. */
  goOn(): void {
    this.#send(0, 'T', 0, Buffer.concat([uint32(Math.floor(Date.now() / 1000)), randomBytes(32)]));
  }

  /** Makes the guest sync its disks and restart, which ends QEMU. */
  endGuest(): void {
    // LINUX_REBOOT_CMD_RESTART of linux/reboot.h.
    this.#send(0, 'B', 0, uint32(0x01234567));
  }

  /** Ends every call with an error. Later ones get it, too. */
  fail(happened: string): void {
    if (this.#failure) return;
    const failure = this.#explain(happened);
    this.#failure = failure;
    clearInterval(this.#asking);
    this.#greeted.reject(failure);
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.events.failed(failure);
  }

  [Symbol.dispose](): void {
    this.fail('it was disposed');
    for (const { socket } of this.#lines) socket.destroy();
  }

  #read(line: Line, bytes: Buffer): void {
    if (this.#failure) return;
    this.#heard = performance.now();
    this.#asked = 0;
    for (const frame of line.reader.read(bytes)) {
      if (frame.number !== this.#expected) {
        const lost = `frame ${this.#expected} from the guest was lost, frame ${frame.number} came`;
        return this.fail(`${lost}; ${line.reader.garbage} bytes were no part of any frame`);
      }
      this.#expected = (this.#expected + 1) >>> 0;
      this.#line ??= line;
      try {
        this.#take(frame);
      } catch (error) {
        return this.fail(`its frame ${frame.number} of type ${frame.type} cannot be understood: ${messageOf(error)}`);
      }
    }
  }

  #take({ call: id, type, part, payload }: Frame): void {
    if (type === 'H') return this.#greeted.resolve(parseGreeting(payload.toString()));
    if (type === 'A') {
      this.#acknowledged = payload.readUInt32BE();
      return this.#pump();
    }
    // What a call that was given up has still said.
    const call = this.#calls.get(id);
    if (!call) return;
    if (type === 'F') {
      this.#calls.delete(id);
      return call.events.failed(new GuestError(payload.readUInt32BE()));
    }
    if (type === 'S') call.events.started?.(payload.readUInt32BE());
    else if (type === 'D') call.events.data?.(part, payload);
    else if (type === 'E') call.events.end?.(part);
    else if (type === 'Q') call.events.quit?.(payload.readUInt32BE());
    else if (type === 'G') call.credit(payload.readUInt32BE());
  }

  #send(call: number, type: string, part: number, payload: Buffer): void {
    const line = this.#line ?? this.#lines[0];
    if (this.#failure || !line) return;
    const bytes = encodeFrame({ number: this.#sent, call, type, part, payload });
    this.#sent = (this.#sent + 1) >>> 0;
    this.#sentBytes = (this.#sentBytes + bytes.length) >>> 0;
    line.socket.write(bytes);
  }

  /** Sends what calls have to send, a frame of each in turn, as far as the line's window lets it. */
  #pump(): void {
    const { frame, window } = this.#line?.limits ?? serialLimits;
    const room = () => window - ((this.#sentBytes - this.#acknowledged) >>> 0) - frameOverhead;
    for (let sent = true; sent;) {
      sent = false;
      for (const call of this.#calls.values()) {
        if (room() <= 0) return;
        const most = Math.min(frame - frameOverhead, room());
        if (call.sendSome(most)) sent = true;
      }
    }
  }

  #listen(): void {
    if (this.#calls.size === 0) return;
    const quiet = performance.now() - this.#heard;
    // The lab itself may have been stopped all that time, with an answer that it has not read yet: it asks twice first.
    if (quiet > this.#silence.giveUp && this.#asked > 1)
      this.fail(`the guest has said nothing for ${Math.round(this.#silence.giveUp / 1000)} s`);
    else if (quiet > this.#silence.ask) {
      // A frame of any type is acknowledged.
      this.#send(0, 'P', 0, Buffer.alloc(0));
      this.#asked++;
    }
  }
}

interface Line {
  socket: Duplex;
  reader: FrameReader;
  limits: LineLimits;
}

function tooLong(bytes: number): LabError {
  return new LabError({
    doing: 'asking the guest for something',
    expected: `words of ${longestPayload} bytes at most, variables of the environment included`,
    happened: `they have ${bytes} bytes`,
    hint: 'write a file into the guest, or give it as input',
  });
}
