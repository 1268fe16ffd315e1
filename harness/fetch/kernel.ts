import { join } from 'node:path';
import type { Fetching } from '../../vms/build.ts';
import { fetchOnce } from './cache.ts';
import { kernelRecipes, type KernelRecipe } from '../../vms/kernels.ts';
import { verifyBinaries } from './binaries.ts';
import { makeDebianKernel } from './kernel-debian.ts';
import { kernelManifest } from './kernel-entry.ts';
import { fetchOwnKernel } from './kernel-own.ts';
import { makeVaultKernel } from './kernel-vault.ts';

/** A kernel that a machine boots. */
export interface Kernel {
  /** The level of the factor `kernel`, e.g. `6.1`. */
  name: string;
  /** The output of `uname -r` in a guest, e.g. `6.1.0-50-cloud-amd64`. */
  release: string;
  /** Directory with `kernel/` and `modules.builtin`; undefined where the user gave an image alone. */
  modules?: string;
  /** Package → version, as resolved when it was downloaded. */
  packages: Record<string, string>;
  /** The bzImage on the host, and its digest in hex; absent where a machine brings its kernel along. */
  image?: string;
  sha256?: string;
}

/** A kernel on the host, as it was packaged. */
export interface PackagedKernel extends Kernel {
  image: string;
  sha256: string;
}

/** Whether a kernel is on the host. */
export function isPackaged(kernel: Kernel): kernel is PackagedKernel {
  return kernel.image !== undefined;
}

/**
 * A kernel of the catalogue, downloaded if the cache does not have it, or one that the user brings (kernel-own.ts). Needs no
 * root.
 *
 * @throws {UsageError} when it is neither
 * @throws {NotApplicableError} when this machine cannot get it, with the way to bring it
 * @throws {LabError} when something fails on the way, or the cached kernel is damaged
 */
export async function fetchKernel(spec: string, fetching: Fetching): Promise<PackagedKernel> {
  const recipe = kernelRecipes.find(({ name }) => name === spec);
  if (!recipe) return fetchOwnKernel(spec, fetching);
  const { name, megabytes } = recipe;
  const { directory, manifest } = await fetchOnce(
    {
      entry: `kernels/${name}`,
      what: `the kernel ${name}`,
      megabytes,
      schema: kernelManifest,
      make: (staging) => make(recipe, staging, fetching),
    },
    fetching,
  );
  const { release, image, modules, packages, sha256 } = manifest;
  await verifyBinaries(directory, [{ name: release, file: image, sha256 }], fetching.signal);
  return { name, release, image: join(directory, image), modules: join(directory, modules), packages, sha256 };
}

function make({ name, origin }: KernelRecipe, staging: string, fetching: Fetching) {
  return origin.kind === 'debian'
    ? makeDebianKernel(name, origin, staging, fetching)
    : makeVaultKernel(name, origin, staging, fetching);
}
