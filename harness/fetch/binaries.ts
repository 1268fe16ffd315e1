import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { damaged, type RecordedBinary } from './manifest.ts';
import { sha256Of } from './digest.ts';

/** The programs of a docker build, under the names of 1.12 to 18.06 (`docker-runc`) and the later ones (`runc`). */
const ofDocker = /^(?:dockerd|docker|docker-[\w-]+|containerd|containerd-[\w-]+|runc)$/;

/**
 * The executables of a docker build in some folders of a directory, with their digests, by name. Of two with one name
 * it is the one in the earlier folder, as with `PATH`. A link counts if its target lies in the directory; what it leads
 * to elsewhere would not be there in a cell.
 */
export async function findBinaries(
  directory: string,
  folders: readonly string[],
  signal?: AbortSignal,
): Promise<RecordedBinary[]> {
  const top = await realpath(directory);
  const found = new Map<string, RecordedBinary>();
  for (const folder of folders) {
    for (const name of (await readdir(join(directory, folder)).catch(() => [])).filter((entry) =>
      ofDocker.test(entry),
    )) {
      const file = join(folder, name);
      const target = await realpath(join(directory, file)).catch(() => undefined);
      if (found.has(name) || target === undefined || relative(top, target).startsWith('..')) continue;
      const status = await stat(target);
      if (!status.isFile() || (status.mode & 0o111) === 0) continue;
      found.set(name, { name, file, sha256: await sha256Of(target, signal) });
    }
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * Makes sure that the binaries of a cache entry are the ones that were put there.
 *
 * @throws {LabError} naming the first that is not
 */
export async function verifyBinaries(
  entry: string,
  binaries: readonly RecordedBinary[],
  signal?: AbortSignal,
): Promise<void> {
  for (const { file, sha256 } of binaries) {
    const digest = await sha256Of(join(entry, file), signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw damaged(entry, `${file} cannot be read`, error);
    });
    if (digest !== sha256) throw damaged(entry, `${file} has SHA-256 ${digest}; it was ${sha256} when it was made`);
  }
}
