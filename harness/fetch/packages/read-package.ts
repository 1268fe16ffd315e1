import { readNamed } from '../../store/stored-file.ts';
import { mostPackageBytes } from './limits.ts';

/**
 * Reads a package or a kernel image as a whole.
 *
 * @throws {LabError} for a pipe, a device, and for a file that is larger than any package
 */
export function readPackage(file: string): Buffer {
  return readNamed(file, mostPackageBytes);
}
