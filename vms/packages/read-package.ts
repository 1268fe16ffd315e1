import { readFile, stat } from 'node:fs/promises';
import { LabError } from '../../harness/errors.ts';
import { mostPackageBytes } from './limits.ts';

/**
 * Reads a package or a kernel image as a whole.
 *
 * @throws {LabError} for a pipe, a device, and for a file that is larger than any package
 */
export async function readPackage(file: string): Promise<Buffer> {
  const status = await stat(file);
  if (status.isFile() && status.size <= mostPackageBytes) return readFile(file);
  throw new LabError({
    doing: `reading ${file}`,
    expected: `a regular file of at most ${mostPackageBytes.toLocaleString('en')} bytes`,
    happened: status.isFile() ? `it has ${status.size.toLocaleString('en')} bytes` : 'it is none',
    hint: 'give the package or image itself',
  });
}
