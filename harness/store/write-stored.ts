import { randomUUID } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemFailure } from '../core/system-error.ts';
import { openBeneath, refused, type Beneath } from './beneath.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/**
 * Writes a file below a root, whole or not at all, in the place of what has its name: a link of that name is replaced, and not followed.
 *
 * @param name relative; its directories are there, see {@link makeStored}
 * @throws {LabError} when a directory on the way is a link, or the system refuses
 */
export function writeStored(root: string, name: string, content: string | Uint8Array, mode = 0o666): void {
  const file = path.join(root, name);
  using parent = directoryOf(root, path.dirname(name));
  const temporary = `${parent.path}/.${randomUUID()}.tmp`;
  try {
    const fd = openSync(temporary, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, mode);
    try {
      writeFileSync(fd, content);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, `${parent.path}/${path.basename(name)}`);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw systemFailure(error, { doing: `writing ${file}`, file });
  }
}

/** Makes a directory below a root, with those on the way to it; nothing when it is there. @throws {LabError} as {@link writeStored} */
export function makeStored(root: string, name: string): void {
  const parts = name.split('/').filter(Boolean);
  for (const index of parts.keys()) {
    const file = path.join(root, ...parts.slice(0, index + 1));
    using parent = directoryOf(root, parts.slice(0, index).join('/'));
    try {
      mkdirSync(`${parent.path}/${parts[index]}`);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
        throw systemFailure(error, { doing: `making the directory ${file}`, file });
      }
    }
  }
  directoryOf(root, name)[Symbol.dispose]();
}

function directoryOf(root: string, name: string): Beneath {
  const place = openBeneath(root, name);
  if (place?.stats.isDirectory()) return place;
  place?.[Symbol.dispose]();
  throw refused(path.join(root, name), place ? 'it is no directory' : 'it is gone');
}
