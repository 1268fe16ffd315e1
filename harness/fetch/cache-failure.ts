import { LabError } from '../core/errors.ts';
import { systemFailure } from '../core/system-error.ts';
import { ProgramError } from './programs/program.ts';

/** The cache entry that was being made, for the text of a failure. */
interface Attempt {
  cache: string;
  what: string;
  megabytes: number;
}

/** Problems of the cache, by the code of the error. */
const unusable: Record<string, string> = {
  EACCES: 'may not be read or written by this user',
  EPERM: 'may not be read or written by this user',
  EROFS: 'is on a read-only file system',
  ENOTDIR: 'or a part of its path is a file',
  EEXIST: 'or a part of its path is a file',
};
const outOfSpace = new Set(['ENOSPC', 'EDQUOT']);

/** Errors of the cache's file system become failures that say what to do; all others stay what they are. */
export function cacheFailure(error: unknown, { cache, what, megabytes }: Attempt): unknown {
  const doing = `fetching ${what}`;
  if (error instanceof ProgramError && error.diskFull) return full(error.evidence);
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  if (outOfSpace.has(error.code)) return full(error.message);
  const reason = Object.hasOwn(unusable, error.code) ? unusable[error.code] : undefined;
  if (reason === undefined) return systemFailure(error, { doing });
  return new LabError(
    {
      doing,
      expected: 'a directory for the cache that can be written',
      happened: `${cache} ${reason}`,
      evidence: error.message,
      hint: moveHint('that this user may write'),
    },
    { cause: error },
  );

  function full(evidence: string): LabError {
    return new LabError(
      {
        doing,
        expected: `${megabytes} MB of free space in the cache ${cache}`,
        happened: 'its file system is full',
        evidence,
        hint: moveHint(`with ${megabytes} MB free`),
      },
      { cause: error },
    );
  }
}

/** Advice to move the cache. */
export function moveHint(where: string): string {
  return `set DOCKERD_LEAK_LAB_CACHE to a directory ${where}`;
}
