import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Fetching } from '../../vms/build.ts';
import { LabError } from '../core/errors.ts';
import { unpackDeb } from './packages/deb.ts';
import { readPackage } from './packages/read-package.ts';
import { readRpm } from './packages/rpm.ts';
import { sha256Of } from './digest.ts';
import { findImage, modulesDirectory, type KernelManifest } from './kernel-entry.ts';
import { cacheVersion } from './manifest.ts';
import { fetchXz } from './qemu.ts';
import { verifyRpm, type RpmSource } from './verify-rpm.ts';

/** The files kept of a package: the image, the modules, and the list of built-in ones. */
const wanted = /^(?:boot\/vmlinuz-|(?:usr\/)?lib\/modules\/.*[^/]$)/;

/** Names of the packages that have the image of a kernel, and its modules, where these are in packages of their own. */
export const packagesOf = {
  image:
    'kernel-core (Fedora, RHEL and CentOS from 8 on), kernel-uek-core (Oracle), kernel (CentOS 7), linux-image-RELEASE or linux-image-unsigned-RELEASE (Debian, Ubuntu), linux-binary-RELEASE (Debian from forky on)',
  modules:
    'kernel-modules-core and kernel-modules (Fedora, RHEL and CentOS from 8 on), kernel-uek-modules (Oracle), linux-modules-RELEASE (Ubuntu, Debian from forky on)',
} as const;

/**
 * Fills an entry of the cache from the files of kernel packages, which may be several: RPMs or Debian packages.
 *
 * @param source where the RPMs came from; it decides which signature they need
 * @throws {LabError} when they cannot be read, are not what their publisher signed, contain no kernel, or do not belong together
 */
export async function makePackagedKernel(
  files: readonly string[],
  source: RpmSource,
  directory: string,
  fetching: Fetching,
): Promise<KernelManifest> {
  const root = join(directory, 'root');
  const xz = await fetchXz(fetching);
  const packages: Record<string, string> = {};
  await mkdir(root, { recursive: true });
  for (const file of files) {
    fetching.progress({ what: `unpacking ${basename(file)}` });
    const { name, version, count } = file.endsWith('.deb')
      ? await unpackDebKernel(file, root, xz)
      : await unpackRpmKernel(file, source, root, xz, fetching);
    if (count === 0) throw useless(file, `${name} ${version} has no file boot/vmlinuz-… and none below lib/modules`);
    packages[name] = version;
  }
  const what = `a kernel from ${files.map((file) => basename(file)).join(', ')}`;
  const hint = `the image is in ${packagesOf.image}: give all packages of a kernel, --kernel A,B`;
  const { image, release } = await findImage(directory, what, hint);
  await requireOneRelease(directory, release, what);
  return {
    version: cacheVersion,
    release,
    packages,
    image,
    modules: join(modulesDirectory, release),
    sha256: await sha256Of(join(directory, image), fetching.signal),
  };
}

/** A package that was unpacked: its name, its version, and how many of its files were wanted. */
interface Unpacked {
  name: string;
  version: string;
  count: number;
}

async function unpackRpmKernel(
  file: string,
  source: RpmSource,
  root: string,
  xz: readonly string[],
  fetching: Fetching,
): Promise<Unpacked> {
  const rpm = readPackage(file);
  const { name, version, files } = await readRpm(rpm, (path) => wanted.test(path), xz);
  await verifyRpm(rpm, basename(file), source, fetching);
  for (const { path, content } of files) {
    const target = join(root, inUsr(path));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
  return { name, version, count: files.length };
}

async function unpackDebKernel(file: string, root: string, xz: readonly string[]): Promise<Unpacked> {
  const whole = `${root}.deb`;
  await mkdir(whole);
  try {
    await unpackDeb(readPackage(file), whole, xz);
    const paths = (await readdir(whole, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => relative(whole, join(entry.parentPath, entry.name)))
      .filter((path) => wanted.test(path));
    for (const path of paths) {
      const target = join(root, inUsr(path));
      await mkdir(dirname(target), { recursive: true });
      await rename(join(whole, path), target);
    }
    return { name: basename(file), version: 'as it was given', count: paths.length };
  } finally {
    await rm(whole, { recursive: true, force: true });
  }
}

/** The path of a file as distributions have it since they merged /usr. */
function inUsr(path: string): string {
  return path.replace(/^lib\//, 'usr/lib/');
}

/** Modules of another release than the image's are a mistake; none at all are not: some scenarios need none. */
async function requireOneRelease(directory: string, release: string, what: string): Promise<void> {
  const releases = await readdir(join(directory, modulesDirectory)).catch(() => []);
  const others = releases.filter((one) => one !== release);
  if (others.length === 0) return;
  throw new LabError({
    doing: `fetching ${what}`,
    expected: `modules of the release of its image, ${release}`,
    happened: `there are modules of ${others.join(', ')}`,
    hint: 'give packages of one version',
  });
}

function useless(file: string, happened: string): LabError {
  return new LabError({
    doing: `unpacking ${basename(file)}`,
    expected: 'the image of a kernel, or its modules',
    happened,
    hint: `the image is in ${packagesOf.image}; the modules in ${packagesOf.modules}. Leave the others out`,
  });
}
