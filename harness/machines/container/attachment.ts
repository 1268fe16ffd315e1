import { Duplex } from 'node:stream';

/** Bytes before each piece of output: its kind, three that are empty, its length (Engine API, "Attach to a container"). */
const headerBytes = 8;

/** Kinds of output. */
const stdout = 1;

/** Bytes of what a container says on its standard error that are kept. */
const mostEvidence = 4096;

/** The standard input and output of a container's first program, as one stream; its standard error is kept separately. */
export class Attachment extends Duplex {
  #stream: NodeJS.ReadWriteStream;
  #rest = Buffer.alloc(0);
  #said = '';
  #ended = false;

  /** @param stream of an attachment with input, output and errors, to a container without a terminal */
  constructor(stream: NodeJS.ReadWriteStream) {
    super({ allowHalfOpen: false });
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    // Whichever comes first; what was read before is still handed on.
    const end = () => {
      if (!this.#ended) this.push(null);
      this.#ended = true;
    };
    stream.on('end', end);
    stream.on('close', end);
    stream.on('error', (error: Error) => this.destroy(error));
  }

  /** The last that it has said on its standard error. */
  get said(): string {
    return this.#said.trimEnd();
  }

  override _read(): void {
    this.#stream.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#stream.write(bytes, (error) => callback(error));
  }

  override _final(callback: () => void): void {
    this.#stream.end();
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if ('destroy' in this.#stream && typeof this.#stream.destroy === 'function') this.#stream.destroy();
    callback(error);
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= headerBytes) {
      const end = headerBytes + this.#rest.readUInt32BE(4);
      if (this.#rest.length < end) return;
      const payload = this.#rest.subarray(headerBytes, end);
      if (this.#rest[0] !== stdout) this.#said = (this.#said + payload.toString()).slice(-mostEvidence);
      else if (!this.push(Buffer.from(payload))) this.#stream.pause();
      this.#rest = this.#rest.subarray(end);
    }
  }
}
