import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { execa } from 'execa';
import { LabError } from '../../harness/errors.ts';
import { dieWithUs } from '../obtain/program.ts';

/** More than a kernel with all its modules comes to; what gives more is no package of one. */
const mostBytes = 2 ** 31 - 1;

/**
 * Decompresses what a package has its files in, by its first bytes: gzip, xz, zstd or lzma; what is none of these is
 * returned as it is.
 *
 * @param xz the words that run xz: Node has none
 */
export async function inflate(compressed: Buffer, xz: readonly string[]): Promise<Buffer> {
  const magic = compressed.subarray(0, 6).toString('hex');
  if (magic.startsWith('1f8b')) return promisify(gunzip)(compressed, { maxOutputLength: mostBytes });
  if (magic.startsWith('28b52ffd')) return promisify(zstdDecompress)(compressed, { maxOutputLength: mostBytes });
  const format = magic === 'fd377a585a00' ? 'xz' : magic.startsWith('5d0000') ? 'lzma' : undefined;
  if (format === undefined) return compressed;
  const [program, ...words] = [...dieWithUs, ...xz, '--decompress', '--stdout', `--format=${format}`];
  const ran = await execa(program, words, {
    input: compressed,
    encoding: 'buffer',
    reject: false,
    maxBuffer: mostBytes,
  });
  if (ran.exitCode === 0) return Buffer.from(ran.stdout);
  throw new LabError({
    doing: 'decompressing the files of a package',
    expected: `${format} decompresses them`,
    happened: `xz exited with ${ran.exitCode ?? ran.signal}`,
    evidence: Buffer.from(ran.stderr).toString().trim(),
    hint: 'the package may be damaged; get it again',
  });
}
