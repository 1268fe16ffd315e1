import type { Reader } from './reader.ts';

/** Bytes that a request's head may have: Go's DefaultMaxHeaderBytes. */
const headLimit = 1 << 20;

/** Bytes that a line between the chunks of a body may have: Go's maxLineLength. */
const lineLimit = 4096;

/** The head of a request. Header names are in lower case. */
export interface Head {
  method: string;
  target: string;
  keepAlive: boolean;
  headers: ReadonlyMap<string, string>;
}

/** A head that is no HTTP; it is answered with 400, and the connection ends. */
export class MalformedRequest extends Error {}

/**
 * Reads the next head; undefined when the client is done.
 *
 * @throws {MalformedRequest}
 */
export async function readHead(reader: Reader): Promise<Head | undefined> {
  const text = await readUntil(reader, '\r\n\r\n', headLimit);
  if (text === undefined) return undefined;
  const [first = '', ...lines] = text.replace(/^(\r\n)+/, '').split('\r\n');
  const [, method, target, minor] = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/.exec(first) ?? [];
  if (method === undefined || target === undefined) throw new MalformedRequest();
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) throw new MalformedRequest();
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const connection = headers.get('connection')?.toLowerCase() ?? '';
  return { method, target, headers, keepAlive: minor === '1' && !connection.includes('close') };
}

/** The body of a request, which has to be read before the next head. */
export function readBody(reader: Reader, { headers }: Head): AsyncGenerator<Buffer, void, undefined> {
  if (headers.get('transfer-encoding')?.toLowerCase() === 'chunked') return readChunked(reader);
  return readExactly(reader, Number(headers.get('content-length') ?? 0));
}

async function* readChunked(reader: Reader): AsyncGenerator<Buffer, void, undefined> {
  for (;;) {
    const size = Number.parseInt((await readUntil(reader, '\r\n', lineLimit)) ?? '', 16);
    if (Number.isNaN(size)) throw new MalformedRequest();
    yield* readExactly(reader, size);
    if (size === 0) break;
    await readUntil(reader, '\r\n', lineLimit);
  }
  // Trailers, and the empty line that ends them.
  let line: string | undefined;
  do line = await readUntil(reader, '\r\n', lineLimit);
  while (line);
}

async function* readExactly(reader: Reader, length: number): AsyncGenerator<Buffer, void, undefined> {
  let missing = length;
  while (missing > 0) {
    const chunk = await reader.read();
    if (!chunk) throw new Error('unexpected EOF');
    reader.unread(chunk.subarray(missing));
    yield chunk.subarray(0, missing);
    missing -= Math.min(missing, chunk.length);
  }
}

/** The text before the mark, which is taken away; undefined when the connection ends first. */
async function readUntil(reader: Reader, mark: string, limit: number): Promise<string | undefined> {
  let text = '';
  for (;;) {
    const chunk = await reader.read();
    if (!chunk) return undefined;
    text += chunk.toString('latin1');
    const at = text.indexOf(mark);
    if (at >= 0) {
      reader.unread(Buffer.from(text.slice(at + mark.length), 'latin1'));
      return text.slice(0, at);
    }
    if (text.length > limit) throw new MalformedRequest();
  }
}
