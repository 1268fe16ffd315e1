import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LabError, UsageError } from '../../harness/errors.ts';
import { isThere } from '../../harness/requirement.ts';
import type { Obtaining } from '../build.ts';
import { obtainOnce } from '../cache.ts';
import { kernelRecipes, type KernelRecipe } from '../kernels.ts';
import { downloadPackages } from './apt.ts';
import { verifyBinaries } from './binaries.ts';
import { sha256Of } from './digest.ts';
import { extractPackages } from './extract.ts';
import { cacheVersion } from './manifest.ts';

const schema = z.strictObject({
  version: z.literal(cacheVersion),
  release: z.string(),
  packages: z.record(z.string(), z.string()),
  /** Relative to the entry's directory. */
  image: z.string(),
  modules: z.string(),
  sha256: z.string(),
});
type KernelManifest = z.infer<typeof schema>;

/** A kernel on the host, as it was packaged. */
export interface Kernel {
  /** The level of the factor `kernel`, e.g. `6.1`. */
  name: string;
  /** What `uname -r` says in a guest, e.g. `6.1.0-50-cloud-amd64`. */
  release: string;
  /** The bzImage. */
  image: string;
  /** Directory with `kernel/` and `modules.builtin`. */
  modules: string;
  /** Package → version, as resolved when it was obtained. */
  packages: Record<string, string>;
  /** Of the image, in hex. */
  sha256: string;
}

/** Packages with the kernel itself: sid has split what was one package up to trixie. */
const kernelPackages = /^linux-(?:image|binary|modules|base)-\d/;

/**
 * A kernel of the catalogue, from the packages of a Debian mirror if the cache does not have it. Needs no root.
 *
 * @throws {UsageError} when the catalogue has no such kernel
 * @throws {NotApplicableError} when this machine can't get Debian's packages
 * @throws {LabError} when something fails on the way, or the cached kernel is damaged
 */
export async function obtainKernel(name: string, obtaining: Obtaining): Promise<Kernel> {
  const recipe = kernelRecipes.find((candidate) => candidate.name === name);
  if (!recipe) {
    const known = kernelRecipes.map((candidate) => candidate.name).join(', ');
    throw new UsageError(`There is no kernel '${name}'. Known kernels: ${known}.`);
  }
  const { directory, manifest } = await obtainOnce(
    {
      entry: `kernels/${name}`,
      what: `the kernel ${name}`,
      megabytes: recipe.megabytes,
      schema,
      make: (staging) => makeKernel(recipe, staging, obtaining),
    },
    obtaining,
  );
  const { release, image, modules, packages, sha256 } = manifest;
  await verifyBinaries(directory, [{ name: release, file: image, sha256 }], obtaining.signal);
  return { name, release, image: join(directory, image), modules: join(directory, modules), packages, sha256 };
}

async function makeKernel(recipe: KernelRecipe, directory: string, obtaining: Obtaining): Promise<KernelManifest> {
  const { name, origin } = recipe;
  const aptRoot = join(obtaining.cache, 'apt', `kernel-${name}`);
  const what = `the kernel ${name}`;
  const packages = [{ name: origin.package, why: 'depends on the newest kernel of the suite' }];
  const list = { name: `kernel ${name}`, what, suite: origin.suite, packages };
  const all = await downloadPackages(list, aptRoot, obtaining);
  // The rest is for a host that installs it: what makes its initramfs, and all that this needs.
  const archives = all.filter((archive) => kernelPackages.test(archive.name));
  await extractPackages(archives, join(directory, 'root'), list.name, obtaining, ['usr/share/doc']);
  await rm(aptRoot, { recursive: true, force: true });
  const { image, release } = await findImage(directory, what);
  return {
    version: cacheVersion,
    release,
    packages: Object.fromEntries(archives.map((archive) => [archive.name, archive.version])),
    image,
    modules: join('root/usr/lib/modules', release),
    sha256: await sha256Of(join(directory, image), obtaining.signal),
  };
}

/** Up to trixie the image is in the directory boot, in sid it is beside the modules. */
async function findImage(directory: string, what: string): Promise<{ image: string; release: string }> {
  const inBoot = (await readdir(join(directory, 'root/boot')).catch(() => [])).flatMap((file) => {
    const release = /^vmlinuz-(.+)$/.exec(file)?.[1];
    return release === undefined ? [] : [{ image: join('root/boot', file), release }];
  });
  const modules = 'root/usr/lib/modules';
  const beside = (await readdir(join(directory, modules)).catch(() => [])).map((release) => ({
    image: join(modules, release, 'vmlinuz'),
    release,
  }));
  const there = await Promise.all(beside.map(({ image }) => isThere(join(directory, image))));
  const images = [...inBoot, ...beside.filter((_, index) => there[index])];
  const [found] = images;
  if (found && images.length === 1) return found;
  throw new LabError({
    doing: `obtaining ${what}`,
    expected: 'one file boot/vmlinuz-RELEASE or lib/modules/RELEASE/vmlinuz in its packages',
    happened: `there are ${images.length}${images.length > 0 ? `: ${images.map(({ image }) => image).join(', ')}` : ''}`,
    hint: 'the suite may have changed its packages; take another kernel',
  });
}
