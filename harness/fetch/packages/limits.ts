import { LabError } from '../../core/errors.ts';

/** Bytes that an archive or kernel package may have: a generic kernel of Debian with its modules has 110 MB. */
export const mostPackageBytes = 300 << 20;

/** Bytes that a package may hold, decompressed: the same comes to 450 MB. */
const mostContentBytes = 1 << 30;

/**
 * The largest allowed ratio of decompressed to compressed size: text of one letter reaches 1,000 with gzip and far more with xz and zstd; kernels,
 * modules and programs stay below 12.
 */
const mostRatio = 100;

/** Bytes that may come out of data however small it is: an empty archive has blocks of zeros. */
const leastContentBytes = 1 << 20;

/** Milliseconds for a program that decompresses: xz makes some 60 MB a second, and a busy machine a tenth of it. */
export const decompressionLimit = 120_000;

/** Bytes that `compressed` bytes of data may decompress to. */
export function contentLimit(compressed: number): number {
  return Math.min(mostContentBytes, Math.max(leastContentBytes, compressed * mostRatio));
}

/** The failure of data that decompresses to more than {@link contentLimit}, or takes longer than {@link decompressionLimit}. */
export function decompressionBomb(doing: string, compressed: number, cause: unknown): LabError {
  return new LabError(
    {
      doing,
      expected: `at most ${contentLimit(compressed).toLocaleString('en')} bytes, within ${decompressionLimit / 1000} s`,
      happened: `${compressed.toLocaleString('en')} compressed bytes hold more, or take longer`,
      hint: 'the file is damaged or hostile: download it again from its publisher',
    },
    { cause },
  );
}
