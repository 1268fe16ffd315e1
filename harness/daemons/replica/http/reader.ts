import type { Socket } from 'node:net';

/**
 * Reads a connection as Go's net/http does. The socket must have a `highWaterMark` of 1: then the kernel is asked for
 * one chunk ahead and no more, which is Go's background read while a handler works. The end of the connection is
 * noticed by that read. If it gets bytes instead, reading stops until the handler is done, and a client that closes
 * after them is not noticed: why a second request on a connection keeps the first one's descriptor for ever.
 */
export class Reader {
  #socket: Socket;
  #rest: Buffer[] = [];
  #ended = false;
  #wake: (() => void) | undefined;
  #gone: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    const wake = () => this.#wake?.();
    const end = () => {
      this.#ended = true;
      this.#wake?.();
      this.#gone?.();
    };
    socket.on('readable', wake).on('end', end).on('close', end);
  }

  /** The next bytes; undefined at the end of the connection. */
  async read(): Promise<Buffer | undefined> {
    for (;;) {
      const chunk = this.#rest.shift() ?? this.#take();
      if (chunk) return chunk;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  unread(chunk: Buffer): void {
    if (chunk.length > 0) this.#rest.unshift(chunk);
  }

  /** Calls back once when the client closes, or half-closes, its side; not when it sends more. */
  watch(gone: () => void): void {
    if (this.#ended) gone();
    else this.#gone = gone;
  }

  unwatch(): void {
    this.#gone = undefined;
  }

  #take(): Buffer | undefined {
    const chunk: unknown = this.#socket.read();
    return Buffer.isBuffer(chunk) ? chunk : undefined;
  }
}
