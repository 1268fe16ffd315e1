import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { encode } from '../json.ts';

/** Up to so many bytes Go's net/http keeps a body back, and then knows its length (bufferBeforeChunkingSize). */
const lengthLimit = 2048;

/** A response in the bytes, and so the order of headers, of Go's net/http. */
export class Response {
  /** By their names; they are sent in the order of them. */
  readonly headers = new Map<string, string>();
  status = 200;
  #socket: Socket;
  #close: boolean;
  #state: 'new' | 'chunked' | 'ended' = 'new';

  constructor(socket: Socket, close: boolean) {
    this.#socket = socket;
    this.#close = close;
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** Whether the head has been sent, so that a failure can no longer be reported. */
  get started(): boolean {
    return this.#state !== 'new';
  }

  json(value: unknown, status = 200): Promise<boolean> {
    this.headers.set('Content-Type', 'application/json');
    this.status = status;
    return this.end(encode(value));
  }

  empty(status: number): Promise<boolean> {
    this.status = status;
    return this.end();
  }

  /** Sends the head at once, and the body in chunks as they are written. */
  flush(): Promise<boolean> {
    this.#state = 'chunked';
    return this.#send(this.#head(['Transfer-Encoding: chunked']));
  }

  /** Writes one chunk. False when the client is gone. */
  write(chunk: string | Buffer): Promise<boolean> {
    return this.#send(frame(chunk));
  }

  end(body: string | Buffer = ''): Promise<boolean> {
    const wasChunked = this.#state === 'chunked';
    this.#state = 'ended';
    if (wasChunked) return this.#send(Buffer.concat([frame(body), Buffer.from('0\r\n\r\n')]));
    if (this.status === 204 || this.status === 304) return this.#send(this.#head([]));
    const bytes = Buffer.from(body);
    if (bytes.length > lengthLimit) {
      const head = Buffer.from(this.#head(['Transfer-Encoding: chunked']));
      return this.#send(Buffer.concat([head, frame(bytes), Buffer.from('0\r\n\r\n')]));
    }
    const sniffed = this.headers.has('Content-Type') || bytes.length === 0 ? [] : [plainText];
    return this.#send(this.#head([`Content-Length: ${bytes.length}`, ...sniffed]) + bytes.toString());
  }

  #head(computed: string[]): string {
    const own = [...this.headers].map(([name, value]) => `${name}: ${value}`).sort();
    // Go writes what it computed itself last, and the connection before the encoding.
    const encoding = computed.filter((line) => line.startsWith('Transfer-Encoding'));
    const rest = computed.filter((line) => !line.startsWith('Transfer-Encoding'));
    const closing = this.#close ? ['Connection: close'] : [];
    const date = `Date: ${new Date().toUTCString()}`;
    const first = `HTTP/1.1 ${this.status} ${STATUS_CODES[this.status] ?? ''}`;
    return `${[first, ...own, date, ...rest, ...closing, ...encoding].join('\r\n')}\r\n\r\n`;
  }

  #send(bytes: string | Buffer): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.#socket.writable) this.#socket.write(bytes, (error) => resolve(!error));
      else resolve(false);
    });
  }
}

const plainText = 'Content-Type: text/plain; charset=utf-8';

function frame(chunk: string | Buffer): Buffer {
  const bytes = Buffer.from(chunk);
  if (bytes.length === 0) return bytes;
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}
