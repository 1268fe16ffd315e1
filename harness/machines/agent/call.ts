import type { LineLimits } from './limits.ts';

/**
 * The type of a call: `R` run a program, `C` connect to a socket, `r` read a file, `w` write one, `J` take a mount
 * as the root of all later calls.
 */
export type Order = 'R' | 'C' | 'r' | 'w' | 'J';

/** The events of a call. `failed` is the last one. */
export interface CallEvents {
  /** The program runs under this pid, or the socket is connected. */
  started?(pid: number): void;
  /** Bytes of an output. The reader acknowledges what it has consumed with {@link Call.grant}. */
  data?(part: number, bytes: Buffer): void;
  /** An output has ended. */
  end?(part: number): void;
  /** The program has ended with this wait status, or the file is written. */
  quit?(status: number): void;
  failed(error: Error): void;
}

/** A number as the payload of a frame. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** The part of the channel that a call needs. */
interface Outlet {
  send: (type: string, part: number, bytes: Buffer) => void;
  pump: () => void;
  close: () => void;
}

/** One thing that the guest was asked for. */
export class Call {
  readonly events: CallEvents;
  #outlet: Outlet;
  #credit: number;
  #waiting: { bytes: Buffer; taken: () => void }[] = [];
  #ending = false;

  constructor(events: CallEvents, limits: LineLimits, outlet: Outlet) {
    this.events = events;
    this.#outlet = outlet;
    this.#credit = limits.window;
  }

  /** Queues input; `taken` is called when it is on its way and there is room for more. */
  write(bytes: Buffer, taken: () => void): void {
    this.#waiting.push({ bytes, taken });
    this.#outlet.pump();
  }

  /** Ends the input after what is queued. */
  end(): void {
    this.#ending = true;
    this.#outlet.pump();
  }

  /** Lets the guest send so many bytes more of an output. */
  grant(part: number, bytes: number): void {
    if (bytes > 0) this.#outlet.send('G', part, uint32(bytes));
  }

  /** Sends a signal (a number) to the program, or to it and its whole session. */
  kill(signal: number, whole: boolean): void {
    this.#outlet.send('K', whole ? 1 : 0, uint32(signal));
  }

  /** Wants nothing more of it; the guest closes what it had opened. */
  forget(): void {
    this.#outlet.send('X', 0, Buffer.alloc(0));
    this.#outlet.close();
  }

  /** Nothing more can come. */
  close(): void {
    this.#outlet.close();
  }

  credit(bytes: number): void {
    this.#credit += bytes;
    this.#outlet.pump();
  }

  /** Sends a frame of input if there is something to send; of `most` bytes at most. */
  sendSome(most: number): boolean {
    const [first] = this.#waiting;
    if (!first) {
      if (!this.#ending) return false;
      this.#ending = false;
      this.#outlet.send('E', 0, Buffer.alloc(0));
      return true;
    }
    const bytes = first.bytes.subarray(0, Math.min(most, this.#credit));
    if (bytes.length === 0 && first.bytes.length > 0) return false;
    this.#credit -= bytes.length;
    this.#outlet.send('D', 0, bytes);
    first.bytes = first.bytes.subarray(bytes.length);
    if (first.bytes.length === 0) {
      this.#waiting.shift();
      first.taken();
    }
    return true;
  }
}
