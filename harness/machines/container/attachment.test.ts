import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import { Attachment } from './attachment.ts';

/** A piece of output as engines send it: 1 is standard output, 2 standard error. */
function piece(kind: number, payload: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, Buffer.from(payload)]);
}

test('output without its headers, wherever the pieces are cut; errors are kept beside', async (t) => {
  const bytes = Buffer.concat([piece(1, 'first '), piece(2, 'oops\n'), piece(1, ''), piece(1, 'second')]);
  for (const size of [1, 3, 9, bytes.length]) {
    const stream = new PassThrough();
    const attachment = new Attachment(stream);
    const read = buffer(attachment);
    for (let at = 0; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size));
    stream.end();
    t.is((await read).toString(), 'first second', `in pieces of ${size} bytes`);
    t.is(attachment.said, 'oops');
  }
});

test('without a reader, what comes waits in the stream', async (t) => {
  const stream = new PassThrough();
  const attachment = new Attachment(stream);
  for (let megabyte = 0; megabyte < 4; megabyte++) stream.write(piece(1, 'x'.repeat(1 << 20)));
  stream.end();
  await once(attachment, 'readable');
  t.true(attachment.readableLength < 3 << 20);
  t.is((await buffer(attachment)).length, 4 << 20);
});

test('a stream that breaks is its error', async (t) => {
  const stream = new PassThrough();
  const attachment = new Attachment(stream);
  const broken = once(attachment, 'error');
  stream.destroy(new Error('the engine is gone'));
  const [error]: unknown[] = await broken;
  t.like(error, { message: 'the engine is gone' });
});
