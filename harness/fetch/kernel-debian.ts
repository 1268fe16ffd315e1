import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fetching } from '../../vms/build.ts';
import { downloadPackages } from './apt.ts';
import { sha256Of } from './digest.ts';
import { extractPackages } from './extract.ts';
import { findImage, modulesDirectory, type KernelManifest } from './kernel-entry.ts';
import { cacheVersion } from './manifest.ts';

/** Packages with the kernel itself: sid has split what was one package up to trixie. */
const kernelPackages = /^linux-(?:image|binary|modules|base)-\d/;

/** Fills an entry of the cache with the newest kernel that a suite's package depends on. Needs no root. */
export async function makeDebianKernel(
  name: string,
  { suite, package: meta }: { suite: string; package: string },
  directory: string,
  fetching: Fetching,
): Promise<KernelManifest> {
  const aptRoot = join(fetching.cache, 'apt', `kernel-${name}`);
  const what = `the kernel ${name}`;
  // It depends on the newest kernel of the suite.
  const packages = [meta];
  const list = { name: `kernel ${name}`, what, suite, packages };
  const all = await downloadPackages(list, aptRoot, fetching);
  // The rest is for a host that installs it: what makes its initramfs, and all that this needs.
  const archives = all.filter((archive) => kernelPackages.test(archive.name));
  await extractPackages(archives, join(directory, 'root'), list.name, fetching, ['usr/share/doc']);
  await rm(aptRoot, { recursive: true, force: true });
  const { image, release } = await findImage(directory, what);
  return {
    version: cacheVersion,
    release,
    packages: Object.fromEntries(archives.map((archive) => [archive.name, archive.version])),
    image,
    modules: join(modulesDirectory, release),
    sha256: await sha256Of(join(directory, image), fetching.signal),
  };
}
