import { Duplex } from 'node:stream';
import type { Call, Order } from './call.ts';
import type { Channel } from './channel.ts';
import { named } from './file.ts';
import { orderToRun, runFlags } from './program.ts';

/** A stream to a unix socket of the guest; as one of `net.connect`, down to its event `connect`. */
export function connectSocket(channel: Channel, path: string): Duplex {
  return new GuestStream(channel, 'C', 0, Buffer.from(path), path);
}

/** A stream to a program that has a terminal of its own. */
export function openTerminal(channel: Channel, command: readonly string[]): Duplex {
  return new GuestStream(channel, 'R', runFlags.terminal, orderToRun(command), command.join(' '));
}

class GuestStream extends Duplex {
  #call: Call;
  /** Bytes that were handed on, and that the guest may send again once the reader has taken them. */
  #owed = 0;
  #over = false;

  constructor(channel: Channel, order: Order, flags: number, payload: Buffer, what: string) {
    super({ allowHalfOpen: false });
    this.#call = channel.open(order, flags, payload, {
      started: () => void this.emit('connect'),
      data: (_part, bytes) => {
        this.#owed += bytes.length;
        if (this.push(bytes)) this.#grant();
      },
      end: () => void this.push(null),
      failed: (error) => {
        this.#over = true;
        this.destroy(named(error, 'connecting to', what));
      },
    });
  }

  override _read(): void {
    this.#grant();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.#call.write(bytes, callback);
  }

  override _final(callback: () => void): void {
    this.#call.end();
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.#over) this.#call.forget();
    this.#over = true;
    callback(error);
  }

  #grant(): void {
    if (this.#owed === 0 || this.#over) return;
    this.#call.grant(1, this.#owed);
    this.#owed = 0;
  }
}
