import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { LabError, messageOf } from '../../core/errors.ts';
import { through } from '../packages/inflate.ts';
import { contentLimit } from '../packages/limits.ts';
import { readBzImage } from './bzimage.ts';
import { decompressLz4Legacy, lz4LegacyMagic } from './lz4-legacy.ts';

/** A kernel as an ELF file, and how it was compressed. */
export interface DecompressedKernel {
  elf: Buffer;
  compression: string;
}

interface Compression {
  name: string;
  /** The first bytes of its data, in hex. */
  magic: string;
  decompress: (payload: Buffer, size: number, xz: readonly string[]) => Promise<Buffer> | Buffer;
}

/** Every compression that the kernel's build can use (scripts/Makefile.lib). */
const compressions: readonly Compression[] = [
  {
    name: 'gzip',
    magic: '1f8b08',
    decompress: (payload, size) => promisify(gunzip)(payload, { maxOutputLength: size }),
  },
  { name: 'xz', magic: 'fd377a585a00', decompress: (payload, _size, xz) => through([...xz, '-dc'], payload) },
  {
    name: 'lzma',
    magic: '5d0000',
    decompress: (payload, _size, xz) => through([...xz, '--format=lzma', '-dc'], payload),
  },
  {
    name: 'zstd',
    magic: '28b52ffd',
    decompress: (payload, size) => promisify(zstdDecompress)(payload, { maxOutputLength: size }),
  },
  { name: 'lz4', magic: hexOf(lz4LegacyMagic), decompress: (payload, size) => decompressLz4Legacy(payload, size) },
  { name: 'bzip2', magic: '425a68', decompress: (payload) => through(['bzip2', '-dc'], payload) },
  { name: 'lzo', magic: '894c5a4f', decompress: (payload) => through(['lzop', '-dc'], payload) },
];

/**
 * The ELF file in a bzImage.
 *
 * @param xz the words that run `xz`
 * @throws {LabError} when it is not a bzImage, or its payload cannot be decompressed to the size that it announces
 */
export async function decompressKernel(image: Buffer, xz: readonly string[]): Promise<DecompressedKernel> {
  const { payload, version } = readBzImage(image);
  const doing = `decompressing the kernel ${version.split(' ')[0]}`;
  const compression = compressions.find(({ magic }) => payload.toString('hex', 0, magic.length / 2) === magic);
  if (!compression) {
    throw new LabError({
      doing,
      expected: `a payload of ${compressions.map(({ name }) => name).join(', ')}`,
      happened: `it begins with ${payload.toString('hex', 0, 8)}`,
      hint: 'boot it as it is; an uncompressed or encrypted payload has nothing to decompress',
    });
  }
  const { name, decompress } = compression;
  // Its last four bytes are the size of what it holds: gzip's own trailer, and for all others the build adds them.
  const size = payload.readUInt32LE(payload.length - 4);
  if (size < 4 || size > contentLimit(payload.length)) {
    throw new LabError({
      doing,
      expected: `an ELF file of at most ${contentLimit(payload.length).toLocaleString('en')} bytes`,
      happened: `its payload of ${payload.length.toLocaleString('en')} bytes announces ${size.toLocaleString('en')}`,
      hint: 'the image is damaged or hostile: download it again',
    });
  }
  try {
    const elf = await decompress(name === 'gzip' ? payload : payload.subarray(0, -4), size, xz);
    if (elf.length === size && elf.toString('latin1', 0, 4) === '\u007fELF') return { elf, compression: name };
    throw new RangeError(`it gives ${elf.length} bytes that begin with ${elf.toString('hex', 0, 4)}`);
  } catch (error) {
    const expected = `an ELF file of ${size} bytes, compressed with ${name}`;
    const hint = 'the image may be damaged: download it again';
    throw new LabError({ doing, expected, happened: messageOf(error), hint }, { cause: error });
  }
}

function hexOf(magic: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(magic);
  return bytes.toString('hex');
}
