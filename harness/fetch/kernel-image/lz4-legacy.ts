/** Of the frames that the kernel's build makes; lz4's documentation calls it the legacy frame format. */
export const lz4LegacyMagic = 0x184c2102;

/** Every block but the last holds so many bytes. */
const blockBytes = 8 << 20;

/** A match is at least so long; the token counts from there. */
const shortestMatch = 4;

/**
 * Decompresses a legacy LZ4 frame: the magic, and blocks with their compressed length before them.
 *
 * @param size of the result in bytes
 * @throws {RangeError} when the data is damaged or gives another size
 */
export function decompressLz4Legacy(data: Buffer, size: number): Buffer {
  const output = Buffer.allocUnsafe(size);
  let written = 0;
  let at = 0;
  while (at + 4 <= data.length && written < size) {
    const word = data.readUInt32LE(at);
    at += 4;
    // Frames can be put one after another.
    if (word === lz4LegacyMagic) continue;
    if (at + word > data.length) throw new RangeError(`a block of ${word} bytes at ${at} goes beyond the end`);
    const end = Math.min(size, written + blockBytes);
    written = decompressBlock(data.subarray(at, at + word), output.subarray(0, end), written);
    at += word;
  }
  if (written !== size) throw new RangeError(`the data gives ${written} bytes, and ${size} were announced`);
  return output;
}

/** A block: sequences of a token, literals, and a match in what has been written already. Returns where it ended. */
function decompressBlock(block: Buffer, output: Buffer, begin: number): number {
  let at = 0;
  let written = begin;
  /** Lengths of 15 and more go on in further bytes until one is not 255. */
  const length = (first: number): number => {
    let total = first;
    for (let byte = first === 15 ? 255 : 0; byte === 255; total += byte) byte = block.readUInt8(at++);
    return total;
  };
  while (at < block.length) {
    const token = block.readUInt8(at++);
    const literals = length(token >> 4);
    if (at + literals > block.length || written + literals > output.length) throw damaged(at);
    block.copy(output, written, at, at + literals);
    at += literals;
    written += literals;
    // The last sequence of a block has no match.
    if (at === block.length) break;
    const distance = block.readUInt16LE(at);
    at += 2;
    const end = written + length(token & 15) + shortestMatch;
    if (distance === 0 || distance > written - begin || end > output.length) throw damaged(at);
    // A match may reach into what it writes, and then repeats it: copies grow until all is there.
    for (let step = distance; written < end; step *= 2) {
      const amount = Math.min(step, end - written);
      output.copy(output, written, written - step, written - step + amount);
      written += amount;
    }
  }
  return written;
}

function damaged(at: number): RangeError {
  return new RangeError(`an invalid sequence at byte ${at} of a block`);
}
