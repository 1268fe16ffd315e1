import { gzipSync, zstdCompressSync } from 'node:zlib';
import test from 'ava';
import { LabError } from '../../core/errors.ts';
import { readBzImage } from './bzimage.ts';
import { decompressKernel } from './decompress.ts';
import { bzImage, elf, withSize } from './fixtures.ts';
import { decompressLz4Legacy } from './lz4-legacy.ts';
import { hasPvhEntry } from './pvh.ts';

test('the header of a bzImage', (t) => {
  t.deepEqual(readBzImage(bzImage(Buffer.from('payload'))), {
    protocol: '2.15',
    version: '6.1.0-9-test (me@here) #1 SMP',
    payload: Buffer.from('payload'),
  });
});

test('payloads that Node decompresses', async (t) => {
  t.deepEqual(await decompressKernel(bzImage(gzipSync(elf)), ['xz']), { elf, compression: 'gzip' });
  t.deepEqual(await decompressKernel(bzImage(withSize(zstdCompressSync(elf))), ['xz']), { elf, compression: 'zstd' });
});

/** Literals, then a match that repeats what it writes itself: `abc`, then 17 bytes from 3 back; at last `xyz`. */
const block = Buffer.from([0x3d, 0x61, 0x62, 0x63, 3, 0, 0x30, 0x78, 0x79, 0x7a]);

function lz4(...blocks: Buffer[]): Buffer {
  const parts = blocks.flatMap((bytes) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return [length, bytes];
  });
  return Buffer.concat([Buffer.from([0x02, 0x21, 0x4c, 0x18]), ...parts]);
}

test('legacy LZ4: matches that overlap, blocks, lengths beyond 15', (t) => {
  t.is(decompressLz4Legacy(lz4(block), 23).toString(), 'abcabcabcabcabcabcabxyz');
  t.is(decompressLz4Legacy(lz4(block, block), 46).toString(), 'abcabcabcabcabcabcabxyz'.repeat(2));
  const long = Buffer.concat([Buffer.from([0xf0, 255, 10]), Buffer.alloc(280, 'x')]);
  t.is(decompressLz4Legacy(lz4(long), 280).toString(), 'x'.repeat(280));
});

test('legacy LZ4 that is damaged', (t) => {
  t.throws(() => decompressLz4Legacy(lz4(block), 24), { message: 'the data gives 23 bytes, and 24 were announced' });
  t.throws(() => decompressLz4Legacy(lz4(Buffer.from([0x10, 0x61, 2, 0])), 9), {
    message: 'an invalid sequence at byte 4 of a block',
  });
  t.throws(() => decompressLz4Legacy(lz4(block).subarray(0, -1), 23), {
    message: 'a block of 10 bytes at 8 goes beyond the end',
  });
});

async function failure(image: Buffer): Promise<string> {
  const error = await decompressKernel(image, ['xz']).catch((thrown: unknown) => thrown);
  return error instanceof LabError ? error.message : 'no failure';
}

test('what is no kernel that can be decompressed', async (t) => {
  const expected = 'a bzImage with the boot protocol 2.8 or later, as x86 kernels have since 2.6.26';
  const hint = 'what you can do: give the file that a boot loader loads: vmlinuz or bzImage';
  t.is(
    await failure(Buffer.alloc(4096)),
    `reading a kernel image: it has no such header\n  expected: ${expected}\n  ${hint}`,
  );
  t.is(
    await failure(bzImage(Buffer.alloc(9), { protocol: 0x0203 })),
    `reading a kernel image: its boot protocol is 2.3\n  expected: ${expected}\n  ${hint}`,
  );
  t.is(
    await failure(bzImage(Buffer.from('unknown!')).subarray(0, -60)),
    `reading a kernel image: its payload ends at 2156, and the file at 2146\n  expected: ${expected}\n  ${hint}`,
  );
  t.is(
    await failure(bzImage(Buffer.from('unknown!'))),
    `decompressing the kernel 6.1.0-9-test: it begins with 756e6b6e6f776e21
  expected: a payload of gzip, xz, lzma, zstd, lz4, bzip2, lzo
  what you can do: boot it as it is; an uncompressed or encrypted payload has nothing to decompress`,
  );
  t.is(
    await failure(bzImage(withSize(zstdCompressSync(elf), 7))),
    `decompressing the kernel 6.1.0-9-test: Cannot create a Buffer larger than 7 bytes
  expected: an ELF file of 7 bytes, compressed with zstd
  what you can do: the image may be damaged: download it again`,
  );
});

/** An ELF file with one note segment. */
function elfWithNote(owner: string, type: number): Buffer {
  const name = Buffer.alloc((owner.length + 4) & ~3);
  name.write(owner);
  const note = Buffer.alloc(12 + name.length + 4);
  note.writeUInt32LE(owner.length + 1, 0);
  note.writeUInt32LE(4, 4);
  note.writeUInt32LE(type, 8);
  name.copy(note, 12);
  const header = Buffer.alloc(64 + 56);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  header.writeUInt32LE(4, 64);
  header.writeBigUInt64LE(120n, 64 + 8);
  header.writeBigUInt64LE(BigInt(note.length), 64 + 32);
  return Buffer.concat([header, note]);
}

test('a kernel that can be entered directly', (t) => {
  t.true(hasPvhEntry(elfWithNote('Xen', 18)));
  t.false(hasPvhEntry(elfWithNote('Xen', 6)));
  t.false(hasPvhEntry(elfWithNote('Linux', 18)));
});
