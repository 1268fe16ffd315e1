import { crc32 } from 'node:zlib';

/**
 * The frames between host and guest, all numbers big-endian:
 *
 *     offset  bytes  what
 *          0      4  "LAB!"
 *          4      4  number of the frame in its direction, from 0
 *          8      4  call that it belongs to; 0: none
 *         12      1  type, a letter: see `channel.ts`
 *         13      1  part of the call: 0 its input, 1 and 2 its outputs
 *         14      2  length of the payload
 *         16      4  CRC-32 of the 16 bytes before
 *         20      n  payload
 *     20 + n      4  CRC-32 of the payload
 *
 * The header has a sum of its own, so that a length can be believed before as many bytes are waited for.
 */
export interface Frame {
  number: number;
  call: number;
  type: string;
  part: number;
  payload: Buffer;
}

/** The magic at the start of a frame, and the size of its header, magic and numbers, in bytes. */
const magic = Buffer.from('LAB!', 'latin1');
const headerBytes = 20;

/** The overhead of a frame. */
export const frameOverhead = headerBytes + 4;

/** Bytes that a payload can have. */
export const longestPayload = 0xffff;

/** The bytes of a frame. @throws {RangeError} when the payload is longer than {@link longestPayload} */
export function encodeFrame({ number, call, type, part, payload }: Frame): Buffer {
  const bytes = Buffer.alloc(frameOverhead + payload.length);
  magic.copy(bytes);
  bytes.writeUInt32BE(number, 4);
  bytes.writeUInt32BE(call, 8);
  bytes.write(type, 12, 1, 'latin1');
  bytes.writeUInt8(part, 13);
  bytes.writeUInt16BE(payload.length, 14);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 16)), 16);
  payload.copy(bytes, headerBytes);
  bytes.writeUInt32BE(crc32(payload), headerBytes + payload.length);
  return bytes;
}

/** Finds frames in a stream of bytes that may have anything between them. Keeps less than one frame. */
export class FrameReader {
  /** Bytes so far that belonged to no frame. */
  garbage = 0;
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that these bytes complete. */
  read(bytes: Buffer): Frame[] {
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const frames: Frame[] = [];
    for (;;) {
      const begin = beginOfFrame(rest);
      this.garbage += begin;
      rest = rest.subarray(begin);
      if (rest.length < headerBytes) break;
      const end = frameOverhead + rest.readUInt16BE(14);
      if (rest.readUInt32BE(16) === crc32(rest.subarray(0, 16))) {
        if (rest.length < end) break;
        const payload = rest.subarray(headerBytes, end - 4);
        if (rest.readUInt32BE(end - 4) === crc32(payload)) {
          frames.push(decoded(rest, payload));
          rest = rest.subarray(end);
          continue;
        }
      }
      // It only looked like a frame: the next may begin at the next byte.
      this.garbage += 1;
      rest = rest.subarray(1);
    }
    // A copy: a few bytes must not hold on to the whole chunk that they came with.
    this.#rest = Buffer.from(rest);
    return frames;
  }
}

function decoded(bytes: Buffer, payload: Buffer): Frame {
  return {
    number: bytes.readUInt32BE(4),
    call: bytes.readUInt32BE(8),
    type: bytes.toString('latin1', 12, 13),
    part: bytes.readUInt8(13),
    payload: Buffer.from(payload),
  };
}

/** Where a frame begins, or could: the last bytes may be the first of the magic. */
function beginOfFrame(bytes: Buffer): number {
  const found = bytes.indexOf(magic);
  if (found !== -1) return found;
  for (let length = Math.min(magic.length - 1, bytes.length); length > 0; length--) {
    if (bytes.subarray(-length).equals(magic.subarray(0, length))) return bytes.length - length;
  }
  return bytes.length;
}
