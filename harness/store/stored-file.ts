import { closeSync, readdirSync, readSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { systemFailure } from '../core/system-error.ts';
import { openBeneath, openRegular, refused } from './beneath.ts';

/** Bytes of a file of a run that are read; the largest record that was seen, the observations of 4,000 calls, has 52 KB. */
const mostBytes = 16 << 20;

/**
 * Reads a file of a stored run: see {@link openBeneath}.
 *
 * @returns undefined when there is none
 * @throws {LabError} for a link, a pipe, a device, and for a file that is larger than the limit
 */
export function readStored(root: string, name: string, limit = mostBytes): Buffer | undefined {
  const file = openRegular(root, name);
  if (!file) return undefined;
  try {
    if (file.bytes > limit) throw refused(path.join(root, name), `it has ${file.bytes} bytes, more than ${limit}`);
    return readUpTo(file.fd, 0, limit);
  } finally {
    closeSync(file.fd);
  }
}

/** The last bytes of a file of a stored run, and whether there are more before them. */
export function readStoredTail(root: string, name: string, bytes: number): { tail: Buffer; more: boolean } | undefined {
  const file = openRegular(root, name);
  if (!file) return undefined;
  try {
    const from = Math.max(0, file.bytes - bytes);
    return { tail: readUpTo(file.fd, from, bytes), more: from > 0 };
  } finally {
    closeSync(file.fd);
  }
}

/**
 * Reads a file that the user names: links to it are followed, and it has to be a regular file all the same.
 *
 * @throws {LabError} when there is none, or anything else
 */
export function readNamed(file: string, limit = mostBytes): Buffer {
  let real: string;
  try {
    real = realpathSync(file);
  } catch (error) {
    throw systemFailure(error, { doing: `reading ${file}`, file });
  }
  const content = readStored(path.dirname(real), path.basename(real), limit);
  if (content === undefined) throw refused(file, 'it is gone');
  return content;
}

/** Names in a directory of a stored run, sorted; none where there is no such directory. */
export function listStored(root: string, name: string): string[] {
  using place = openBeneath(root, name);
  if (!place) return [];
  if (!place.stats.isDirectory()) throw refused(path.join(root, name), 'it is no directory');
  try {
    return readdirSync(place.path).toSorted();
  } catch (error) {
    throw systemFailure(error, { doing: `listing ${path.join(root, name)}`, file: path.join(root, name) });
  }
}

/** Whether a regular file has this name; false for a link and any other type. */
export function isStored(root: string, name: string): boolean {
  try {
    using place = openBeneath(root, name);
    return place?.stats.isFile() ?? false;
  } catch {
    return false;
  }
}

function readUpTo(fd: number, from: number, most: number): Buffer {
  const parts: Buffer[] = [];
  let read = 0;
  // A file may grow while it is read: no more than the limit is taken.
  while (read < most) {
    const part = Buffer.allocUnsafe(Math.min(most - read, 1 << 20));
    const bytes = readSync(fd, part, 0, part.length, from + read);
    if (bytes === 0) break;
    parts.push(part.subarray(0, bytes));
    read += bytes;
  }
  return Buffer.concat(parts);
}
