import { LabError } from './errors.ts';

/** An error with which the system refuses something, and what a user can do about it. */
interface Refusal {
  expected: string;
  /** Before the name of the file. */
  happened: string;
  hint: string;
}

const differentPath = 'name another path';
const rights = 'give this user the right to it, or name another path';

/** Errors of the system whose cause is outside the lab, by code (errno(3)). */
const refusals: ReadonlyMap<string, Refusal> = new Map([
  [
    'ENOENT',
    {
      expected: 'the file or directory exists',
      happened: 'there is no such file or directory',
      hint: 'check the path',
    },
  ],
  [
    'ENOTDIR',
    {
      expected: 'each part of the path but the last is a directory',
      happened: 'a part of the path is not a directory',
      hint: differentPath,
    },
  ],
  ['EISDIR', { expected: 'it is a file', happened: 'it is a directory', hint: differentPath }],
  ['EEXIST', { expected: 'the name is free', happened: 'it exists already', hint: differentPath }],
  ['ENOTEMPTY', { expected: 'the directory is empty', happened: 'the directory is not empty', hint: differentPath }],
  ['EACCES', { expected: 'this user has the right to do that', happened: 'this user may not do that', hint: rights }],
  ['EPERM', { expected: 'this user has the right to do that', happened: 'this user may not do that', hint: rights }],
  [
    'EROFS',
    { expected: 'the file system can be written to', happened: 'the file system is read-only', hint: differentPath },
  ],
  [
    'ENOSPC',
    {
      expected: 'the file system has free space',
      happened: 'the file system is full',
      hint: 'free some space on it (df shows how much is left), or name a path on another file system',
    },
  ],
  [
    'EDQUOT',
    {
      expected: 'this user may use more space on the file system',
      happened: 'the quota of this user is used up',
      hint: 'free some space, or name another path',
    },
  ],
  [
    'EFBIG',
    {
      expected: 'the file stays below the limit of its size',
      happened: 'the file would be too large',
      hint: 'raise the limit of this shell: ulimit -f',
    },
  ],
  [
    'ELOOP',
    {
      expected: 'no symbolic link is in the path',
      happened: 'there is a symbolic link in the path',
      hint: 'name the directory itself',
    },
  ],
  [
    'ENAMETOOLONG',
    {
      expected: 'the path fits the limits of the file system',
      happened: 'the path is too long',
      hint: 'name a shorter one',
    },
  ],
  [
    'EINVAL',
    {
      expected: 'the path is one that the system takes',
      happened: 'the system does not take that path',
      hint: differentPath,
    },
  ],
  [
    'ENXIO',
    { expected: 'it is a regular file', happened: 'it is a pipe, a socket or a device', hint: 'name a regular file' },
  ],
  [
    'ENODEV',
    { expected: 'it is a regular file', happened: 'it is a pipe, a socket or a device', hint: 'name a regular file' },
  ],
  [
    'EOPNOTSUPP',
    { expected: 'it is a regular file', happened: 'it is a pipe, a socket or a device', hint: 'name a regular file' },
  ],
  [
    'EXDEV',
    { expected: 'both paths are on one file system', happened: 'it is on another file system', hint: differentPath },
  ],
  [
    'EBUSY',
    { expected: 'no other program uses it', happened: 'it is in use', hint: 'end what uses it, or name another path' },
  ],
  [
    'ETXTBSY',
    { expected: 'no other program uses it', happened: 'it is in use', hint: 'end what uses it, or name another path' },
  ],
  [
    'EIO',
    {
      expected: 'the device works',
      happened: 'the device failed',
      hint: 'look at the log of the kernel, or name another path',
    },
  ],
  [
    'ESTALE',
    {
      expected: 'the file server still has it',
      happened: 'the file server has lost it',
      hint: 'mount the file system again',
    },
  ],
  [
    'EMFILE',
    {
      expected: 'the shell may open more files',
      happened: 'too many files are open',
      hint: 'raise the limit of this shell: ulimit -n',
    },
  ],
  [
    'ENFILE',
    {
      expected: 'the machine can open more files',
      happened: 'too many files are open on this machine',
      hint: 'end other programs',
    },
  ],
  ['ENOMEM', { expected: 'memory is available', happened: 'there is no memory left', hint: 'end other programs' }],
  [
    'EAGAIN',
    {
      expected: 'the system can start another process',
      happened: 'there are too many processes',
      hint: 'end other programs, or raise ulimit -u',
    },
  ],
  [
    'ERR_INVALID_ARG_VALUE',
    { expected: 'the path has no null bytes', happened: 'the path has a null byte', hint: differentPath },
  ],
]);

/** The context of the error message. */
interface Telling {
  /** e.g. `writing the report`. */
  doing: string;
  expected?: string;
  /** The path or thing concerned, where the error names another path or none. */
  file?: string;
}

/** A refusal of the system as a failure that says what was being done; every other error as it is. */
export function systemFailure(error: unknown, { doing, expected, file }: Telling): unknown {
  if (!(error instanceof Error) || error instanceof LabError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const refusal = refusals.get(code);
  // An error of Node's own has a code as well: one of the system names its call.
  if (!refusal || !('syscall' in error || code === 'ERR_INVALID_ARG_VALUE')) return error;
  const named = file ?? ('path' in error && typeof error.path === 'string' ? error.path : undefined);
  return new LabError(
    {
      doing,
      expected: expected ?? refusal.expected,
      // What is wrong comes first: a path may be longer than what is shown of it.
      happened: named === undefined ? refusal.happened : `${refusal.happened}: ${named}`,
      evidence: file === undefined ? error.message : code,
      hint: refusal.hint,
    },
    { cause: error },
  );
}

/**
 * A step that asks the system for something: the seam at which a refusal becomes a failure that a user understands.
 *
 * @param doing e.g. `writing the report`
 * @throws {LabError} when the system refuses; every other error as it is
 */
export async function asking<T>(doing: string, step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw systemFailure(error, { doing });
  }
}
