import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Fetching } from '../../vms/build.ts';
import { fetchOnce } from './cache.ts';
import { decompressKernel } from './kernel-image/decompress.ts';
import { hasPvhEntry } from './kernel-image/pvh.ts';
import { readPackage } from './packages/read-package.ts';
import { sha256Of } from './digest.ts';
import { cacheVersion } from './manifest.ts';
import { fetchXz } from './qemu.ts';

const schema = z.strictObject({
  version: z.literal(cacheVersion),
  compression: z.string(),
  bytes: z.int(),
  pvh: z.boolean(),
});

/**
 * The file that QEMU starts fastest for a bzImage: the ELF file in it, decompressed once and kept in the cache, when the
 * kernel can be entered directly; else the bzImage itself.
 *
 * @throws {LabError} when the image is no bzImage or is damaged
 */
export async function fetchVmlinux(image: string, fetching: Fetching): Promise<string> {
  const digest = await sha256Of(image, fetching.signal);
  const { directory, manifest } = await fetchOnce(
    {
      entry: `vmlinux/${digest}`,
      what: `the decompressed kernel of ${image}`,
      megabytes: 100,
      schema,
      async make(staging) {
        const { elf, compression } = await decompressKernel(readPackage(image), await fetchXz(fetching));
        const pvh = hasPvhEntry(elf);
        if (pvh) await writeFile(join(staging, 'vmlinux'), elf);
        return { version: cacheVersion, compression, bytes: elf.length, pvh };
      },
    },
    fetching,
  );
  return manifest.pvh ? join(directory, 'vmlinux') : image;
}

/** The decompressed kernel in a bzImage, from the cache where it is. */
export async function readVmlinux(image: string, fetching: Fetching): Promise<Buffer> {
  const file = await fetchVmlinux(image, fetching);
  if (file !== image) return readFile(file);
  return (await decompressKernel(readPackage(image), await fetchXz(fetching))).elf;
}
