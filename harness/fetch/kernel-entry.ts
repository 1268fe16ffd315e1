import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LabError } from '../core/errors.ts';
import { isThere } from '../core/requirement.ts';
import { cacheVersion } from './manifest.ts';

/** The manifest of a kernel in the cache. */
export const kernelManifest = z.strictObject({
  version: z.literal(cacheVersion),
  release: z.string(),
  packages: z.record(z.string(), z.string()),
  /** Relative to the entry's directory. */
  image: z.string(),
  modules: z.string(),
  sha256: z.string(),
});
export type KernelManifest = z.infer<typeof kernelManifest>;

/** The place of `/lib/modules` in an entry, for packages of all layouts. */
export const modulesDirectory = 'root/usr/lib/modules';

/** Up to trixie the image is in the directory boot, in sid it is beside the modules. */
export async function findImage(
  directory: string,
  what: string,
  hint = 'the suite may have changed its packages; take another kernel',
): Promise<{ image: string; release: string }> {
  const inBoot = (await readdir(join(directory, 'root/boot')).catch(() => [])).flatMap((file) => {
    const release = /^vmlinuz-(.+)$/.exec(file)?.[1];
    return release === undefined ? [] : [{ image: join('root/boot', file), release }];
  });
  const beside = (await readdir(join(directory, modulesDirectory)).catch(() => [])).map((release) => ({
    image: join(modulesDirectory, release, 'vmlinuz'),
    release,
  }));
  const there = await Promise.all(beside.map(({ image }) => isThere(join(directory, image))));
  const images = [...inBoot, ...beside.filter((_, index) => there[index])];
  const [found] = images;
  if (found && images.length === 1) return found;
  throw new LabError({
    doing: `fetching ${what}`,
    expected: 'one file boot/vmlinuz-RELEASE or lib/modules/RELEASE/vmlinuz in its packages',
    happened: `there are ${images.length}${images.length > 0 ? `: ${images.map(({ image }) => image).join(', ')}` : ''}`,
    hint,
  });
}
