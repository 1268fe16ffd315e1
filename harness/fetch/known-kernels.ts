import { join } from 'node:path';
import { kernelRecipes, type KernelOrigin } from '../../vms/kernels.ts';
import { cacheFailure } from './cache-failure.ts';
import { kernelManifest } from './kernel-entry.ts';
import { readManifest } from './manifest.ts';

/** A kernel of the catalogue, and what the cache has of it. */
interface KnownKernel {
  name: string;
  knownFor: string;
  /** For people. */
  source: string;
  cached?: { release: string; sha256: string };
}

/** The whole catalogue, in its own order: oldest first. @throws {LabError} when the cache cannot be read */
export async function listKernels(cache: string): Promise<KnownKernel[]> {
  const listed = kernelRecipes.map(async ({ name, knownFor, origin }) => {
    const manifest = await readManifest(join(cache, 'kernels', name), kernelManifest).catch((error: unknown) => {
      throw cacheFailure(error, { cache, what: 'the list of kernels', megabytes: 0 });
    });
    const cached = manifest && { release: manifest.release, sha256: manifest.sha256 };
    return { name, knownFor, source: sourceOf(origin), ...(cached && { cached }) };
  });
  return Promise.all(listed);
}

function sourceOf(origin: KernelOrigin): string {
  if (origin.kind === 'debian') return `Debian ${origin.suite}, ${origin.package}`;
  return `${new URL(origin.base).hostname}, ${origin.files.map((file) => file.split('/').at(-1)).join(' and ')}`;
}
