import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Obtaining } from '../../vms/build.ts';
import { obtainOnce } from './cache.ts';
import { decompressKernel } from './kernel-image/decompress.ts';
import { hasPvhEntry } from './kernel-image/pvh.ts';
import { readPackage } from './packages/read-package.ts';
import { sha256Of } from './digest.ts';
import { cacheVersion } from './manifest.ts';
import { obtainXz } from './qemu.ts';

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
export async function obtainVmlinux(image: string, obtaining: Obtaining): Promise<string> {
  const digest = await sha256Of(image, obtaining.signal);
  const { directory, manifest } = await obtainOnce(
    {
      entry: `vmlinux/${digest}`,
      what: `the decompressed kernel of ${image}`,
      megabytes: 100,
      schema,
      async make(staging) {
        const { elf, compression } = await decompressKernel(readPackage(image), await obtainXz(obtaining));
        const pvh = hasPvhEntry(elf);
        if (pvh) await writeFile(join(staging, 'vmlinux'), elf);
        return { version: cacheVersion, compression, bytes: elf.length, pvh };
      },
    },
    obtaining,
  );
  return manifest.pvh ? join(directory, 'vmlinux') : image;
}

/** The decompressed kernel in a bzImage, from the cache where it is. */
export async function readVmlinux(image: string, obtaining: Obtaining): Promise<Buffer> {
  const file = await obtainVmlinux(image, obtaining);
  if (file !== image) return readFile(file);
  return (await decompressKernel(readPackage(image), await obtainXz(obtaining))).elf;
}
