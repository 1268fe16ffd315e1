import { getSystemErrorMessage, getSystemErrorName } from 'node:util';

/** An error of a call alone, as the guest's kernel named it. */
export class GuestError extends Error {
  override readonly name = 'GuestError';
  /** e.g. `ENOENT`. */
  readonly code: string;

  constructor(errno: number) {
    const code = getSystemErrorName(-errno);
    super(`${code}: ${getSystemErrorMessage(-errno)}`);
    this.code = code;
  }
}
