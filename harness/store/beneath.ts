import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats } from 'node:fs';
import path from 'node:path';
import { LabError } from '../core/errors.ts';
import { systemFailure } from '../core/system-error.ts';

/** Of Linux (asm-generic/fcntl.h): a file that is opened for its place alone, so that no device or pipe notices. Node has no name for it. */
const O_PATH = 0o10000000;

const { O_NOFOLLOW, O_RDONLY } = constants;

/**
 * A file or directory that was opened by its name below a root, without following a link on the way. What lies below a run's directory may come from another host:
 * a link in it would lead to files that are none of it.
 */
export interface Beneath extends Disposable {
  /** A path of this very file, even if its names have changed since. */
  readonly path: string;
  readonly stats: Stats;
}

/**
 * Opens the place of a file or directory below a root, each part of the name with O_NOFOLLOW.
 *
 * @param root itself named by the user or the lab: links in its path are followed
 * @param name relative, without `..`; the root itself when it is empty
 * @returns undefined when there is none
 * @throws {LabError} when a part of the name is a link, leads out of the root, or may not be opened
 */
export function openBeneath(root: string, name: string): Beneath | undefined {
  const parts = partsOf(root, name);
  let place = openPlace(root, root);
  for (const [index, part] of parts.entries()) {
    if (!place) return undefined;
    using parent = place;
    const file = path.join(root, ...parts.slice(0, index + 1));
    if (!parent.stats.isDirectory()) return undefined;
    place = openPlace(`${parent.path}/${part}`, file, O_NOFOLLOW);
    if (!place?.stats.isSymbolicLink()) continue;
    place[Symbol.dispose]();
    throw refused(file, 'it is a symbolic link, and no link of a stored run is followed');
  }
  return place;
}

/** @param file how people call it */
function openPlace(at: string, file: string, flags = 0): Beneath | undefined {
  // Elsewhere than on Linux there are no paths of open files: what is looked at may be another file a moment later.
  if (process.platform !== 'linux') {
    const stats = lstatSync(at, { throwIfNoEntry: false });
    return stats && { path: at, stats, [Symbol.dispose]: () => {} };
  }
  try {
    const fd = openSync(at, O_PATH | flags);
    // Node has no openat(2): a file of an open directory has a name below that of its descriptor.
    return { path: `/proc/self/fd/${fd}`, stats: fstatSync(fd), [Symbol.dispose]: () => closeSync(fd) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw systemFailure(error, { doing: `looking at ${file}`, file });
  }
}

/** A regular file below a root, opened for reading. The caller closes it. @throws {LabError} for anything else */
export function openRegular(root: string, name: string): { fd: number; bytes: number } | undefined {
  using place = openBeneath(root, name);
  if (!place) return undefined;
  if (!place.stats.isFile()) throw refused(path.join(root, name), `it is ${kindOf(place.stats)}, and no regular file`);
  try {
    return { fd: openSync(place.path, O_RDONLY), bytes: place.stats.size };
  } catch (error) {
    throw systemFailure(error, { doing: `reading ${path.join(root, name)}`, file: path.join(root, name) });
  }
}

/** Whether a name exists, as a link or anything else. */
export function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** The type of a file, for people. */
export function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isSymbolicLink()) return 'a symbolic link';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isFile() ? 'a regular file' : 'a device';
}

/** Something of a stored run that is not what the lab writes. */
export function refused(file: string, happened: string): LabError {
  return new LabError({
    doing: `looking at ${file}`,
    expected: 'a regular file or directory in its own place, as the lab writes it',
    happened,
    hint: 'remove it, or bring the run again from where it was made',
  });
}

function partsOf(root: string, name: string): string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (path.isAbsolute(name) || parts.includes('..') || name.includes('\0')) {
    throw refused(path.join(root, name.replaceAll('\0', '')), 'its name leads out of the directory');
  }
  return parts;
}
