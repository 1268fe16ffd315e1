import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Fetching } from '../../vms/build.ts';
import { unpackDeb } from './packages/deb.ts';
import { readPackage } from './packages/read-package.ts';
import { readRpm } from './packages/rpm.ts';
import { sha256Of } from './digest.ts';
import { findImage, modulesDirectory, type KernelManifest } from './kernel-entry.ts';
import { cacheVersion } from './manifest.ts';
import { fetchXz } from './qemu.ts';

/** The files kept of a package: the image, the modules, and the list of built-in ones. */
const wanted = /^(?:boot\/vmlinuz-|(?:usr\/)?lib\/modules\/)/;

/**
 * Fills an entry of the cache from the files of kernel packages: RPMs, which may be several, or one Debian package.
 *
 * @throws {LabError} when they cannot be read, or contain no kernel
 */
export async function makePackagedKernel(
  files: readonly string[],
  directory: string,
  fetching: Fetching,
): Promise<KernelManifest> {
  const root = join(directory, 'root');
  const xz = await fetchXz(fetching);
  const packages: Record<string, string> = {};
  for (const file of files) {
    fetching.progress({ what: `unpacking ${basename(file)}` });
    if (file.endsWith('.deb')) {
      await mkdir(root, { recursive: true });
      await unpackDeb(readPackage(file), root, xz);
      packages[basename(file)] = 'as it was given';
      continue;
    }
    const { name, version, files: found } = await readRpm(readPackage(file), (path) => wanted.test(path), xz);
    packages[name] = version;
    for (const { path, content } of found) {
      // As distributions have it since they merged /usr.
      const target = join(root, path.replace(/^lib\//, 'usr/lib/'));
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
  }
  const { image, release } = await findImage(
    directory,
    `a kernel from ${files.map((file) => basename(file)).join(', ')}`,
  );
  return {
    version: cacheVersion,
    release,
    packages,
    image,
    modules: join(modulesDirectory, release),
    sha256: await sha256Of(join(directory, image), fetching.signal),
  };
}
