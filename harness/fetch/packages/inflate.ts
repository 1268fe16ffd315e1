import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { execa } from 'execa';
import { LabError, messageOf } from '../../core/errors.ts';
import { dieWithUs } from '../programs/program.ts';
import { contentLimit, decompressionBomb, decompressionLimit } from './limits.ts';

const doing = 'decompressing the files of a package';

/**
 * Decompresses the payload of a package by its first bytes: gzip, xz, zstd or lzma; anything else is returned as it is.
 *
 * @param xz the words that run xz: Node has none
 * @throws {LabError} when it is damaged, or decompresses to more than {@link contentLimit}
 */
export async function inflate(compressed: Buffer, xz: readonly string[]): Promise<Buffer> {
  const magic = compressed.subarray(0, 6).toString('hex');
  if (magic.startsWith('1f8b')) return inNode('gzip', gunzip, compressed);
  if (magic.startsWith('28b52ffd')) return inNode('zstd', zstdDecompress, compressed);
  if (magic === 'fd377a585a00') return through([...xz, '--decompress', '--stdout', '--format=xz'], compressed);
  if (magic.startsWith('5d0000')) return through([...xz, '--decompress', '--stdout', '--format=lzma'], compressed);
  return compressed;
}

async function inNode(
  format: string,
  decompress: typeof gunzip | typeof zstdDecompress,
  compressed: Buffer,
): Promise<Buffer> {
  const maxOutputLength = contentLimit(compressed.length);
  try {
    return await promisify<Buffer, { maxOutputLength: number }, Buffer>(decompress)(compressed, { maxOutputLength });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw decompressionBomb(doing, compressed.length, error);
    throw damaged(format, messageOf(error), error);
  }
}

/**
 * Decompresses through a program, within the limits of limits.ts.
 *
 * @throws {LabError} when the program fails or gives more
 */
export async function through(command: readonly string[], compressed: Buffer): Promise<Buffer> {
  const [wrapper, ...wrapperArgs] = dieWithUs;
  const ran = await execa(wrapper, [...wrapperArgs, ...command], {
    input: compressed,
    encoding: 'buffer',
    reject: false,
    maxBuffer: contentLimit(compressed.length),
    timeout: decompressionLimit,
    stripFinalNewline: false,
  });
  if (ran.isMaxBuffer || ran.timedOut) throw decompressionBomb(doing, compressed.length, ran);
  if (ran.exitCode === 0) return Buffer.from(ran.stdout);
  const said = Buffer.from(ran.stderr).toString().trim();
  throw damaged(command.find((word) => !word.startsWith('-') && /(?:xz|bzip2|lzop)$/.test(word)) ?? 'xz', said, ran);
}

function damaged(format: string, evidence: string, cause: unknown): LabError {
  return new LabError(
    {
      doing,
      expected: `data that ${format.split('/').at(-1)} decompresses`,
      happened: 'it does not',
      evidence,
      hint: 'the file may be damaged: download it again',
    },
    { cause },
  );
}
