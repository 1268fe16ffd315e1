import test from 'ava';
import * as fc from 'fast-check';
import { encodeFrame, FrameReader, frameOverhead, longestPayload, type Frame } from './frame.ts';

const frame = fc.record({
  number: fc.nat(),
  call: fc.nat(),
  type: fc.constantFrom('D', 'E', 'Q'),
  part: fc.nat(2),
  payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
});
/** Garbage that looks like the beginning of a frame as often as not. */
const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom('y\ny\ny\n', 'LAB', 'LAB!', 'LALAB!LAB!', '[   12.3] Kernel panic\r\n')
    .map((text) => Buffer.from(text)),
  frame.map((one) => encodeFrame(one).subarray(0, -4)),
);

function cut(bytes: Buffer, sizes: number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const end = at + (sizes[index % sizes.length] ?? 1);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });

test('frames come out as they went in, however the bytes are cut', (t) => {
  fc.assert(
    fc.property(fc.array(frame), sizes, (frames, pieces) => {
      const reader = new FrameReader();
      const read = cut(Buffer.concat(frames.map(encodeFrame)), pieces).flatMap((bytes) => reader.read(bytes));
      t.deepEqual(read, frames);
      return reader.garbage === 0;
    }),
  );
});

test('frames are found between garbage, and the garbage is counted', (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(garbage, frame), { maxLength: 6 }), sizes, (parts, pieces) => {
      const reader = new FrameReader();
      // Garbage that is the beginning of a frame takes what follows for its rest, until so many bytes have come.
      const end = Buffer.alloc(longestPayload + frameOverhead);
      const bytes = Buffer.concat([...parts.flatMap(([noise, one]) => [noise, encodeFrame(one)]), end]);
      const read = cut(bytes, [...pieces, 5000]).flatMap((piece) => reader.read(piece));
      t.deepEqual(
        read,
        parts.map(([, one]) => one),
      );
      const noise = parts.reduce((sum, [{ length }]) => sum + length, end.length);
      t.is(reader.garbage, noise);
    }),
    { numRuns: 50 },
  );
});

test('a frame with one bit turned over is none', (t) => {
  const one: Frame = { number: 7, call: 1, type: 'D', part: 1, payload: Buffer.from('payload') };
  for (let bit = 0; bit < encodeFrame(one).length * 8; bit++) {
    const bytes = encodeFrame(one);
    bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const reader = new FrameReader();
    t.deepEqual(reader.read(Buffer.concat([bytes, encodeFrame(one), Buffer.alloc(70_000)])), [one]);
  }
});
