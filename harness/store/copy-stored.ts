import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import path from 'node:path';
import { systemFailure } from '../core/system-error.ts';
import { messageOf } from '../core/errors.ts';
import { openBeneath, openRegular, refused } from './beneath.ts';
import { listStored } from './stored-file.ts';
import { makeStored } from './write-stored.ts';

/** Bounds of a run that is copied: a daemon's log had 15 MB at most here, and a run of 48 cells some 1,000 files. */
const [mostBytes, mostFiles, deepest] = [1 << 30, 100_000, 8];

/** A file that was not copied. */
export interface LeftOut {
  /** Relative to the directory that was copied. */
  file: string;
  why: string;
}

/**
 * Copies the regular files and the directories of a directory into one that is there. Links, pipes, sockets and devices are left out,
 * and so is what is too large, too many or too deep to be of a run.
 */
export function copyStored(source: string, target: string): LeftOut[] {
  const leftOut: LeftOut[] = [];
  let files = 0;
  const copy = (directory: string, depth: number) => {
    for (const entry of listStored(source, directory)) {
      const name = path.posix.join(directory, entry);
      try {
        if (++files > mostFiles) throw refused(path.join(source, name), `there are more than ${mostFiles} files`);
        if (isDirectory(source, name)) {
          if (depth === deepest) throw refused(path.join(source, name), `it is more than ${deepest} directories deep`);
          makeStored(target, name);
          copy(name, depth + 1);
        } else copyFile(source, target, name);
      } catch (error) {
        const cause = error instanceof Error ? error.cause : undefined;
        // What is wrong with the target is wrong with all that would follow.
        if (cause instanceof Error && 'code' in cause && stops.has(String(cause.code))) throw error;
        leftOut.push({ file: name, why: messageOf(error) });
        if (files > mostFiles) return;
      }
    }
  };
  copy('', 0);
  return leftOut;
}

/** Errors after which nothing more can be copied. */
const stops: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']);

function isDirectory(source: string, name: string): boolean {
  using place = openBeneath(source, name);
  return place?.stats.isDirectory() ?? false;
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

function copyFile(source: string, target: string, name: string): void {
  const from = openRegular(source, name);
  if (!from) throw refused(path.join(source, name), 'it is gone');
  try {
    if (from.bytes > mostBytes)
      throw refused(path.join(source, name), `it has ${from.bytes} bytes, more than ${mostBytes}`);
    using parent = openBeneath(target, path.dirname(name));
    if (!parent) throw refused(path.join(target, name), 'its directory is gone');
    const to = openSync(`${parent.path}/${path.basename(name)}`, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY);
    try {
      copyBytes(from.fd, to);
    } finally {
      closeSync(to);
    }
  } catch (error) {
    throw systemFailure(error, { doing: `copying ${path.join(source, name)}`, file: path.join(target, name) });
  } finally {
    closeSync(from.fd);
  }
}

function copyBytes(from: number, to: number): void {
  const part = Buffer.allocUnsafe(1 << 20);
  for (let copied = 0; copied < mostBytes;) {
    const bytes = readSync(from, part, 0, part.length, copied);
    if (bytes === 0) return;
    for (let written = 0; written < bytes;) written += writeSync(to, part, written, bytes - written);
    copied += bytes;
  }
}
