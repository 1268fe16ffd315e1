import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { UsageError } from '../core/errors.ts';
import type { Fetching } from '../../vms/build.ts';
import { fetchOnce } from './cache.ts';
import { readBzImage } from './kernel-image/bzimage.ts';
import { kernelRecipes } from '../../vms/kernels.ts';
import { readPackage } from './packages/read-package.ts';
import { sha256Of } from './digest.ts';
import { kernelManifest } from './kernel-entry.ts';
import type { PackagedKernel } from './kernel.ts';
import { makePackagedKernel } from './kernel-package.ts';

/** Megabytes that a kernel package comes to when it is unpacked: Debian's generic ones have 450. */
const unpackedMegabytes = 600;

/**
 * A kernel that the user brings: `VMLINUZ`, `VMLINUZ,MODULES`, `FILE.rpm` or `FILE.deb`. It is called by its release.
 *
 * @throws {UsageError} when there is no such file
 * @throws {LabError} when it is no kernel
 */
export async function fetchOwnKernel(spec: string, fetching: Fetching): Promise<PackagedKernel> {
  const parts = spec.split(',');
  if (parts.length > 2 || parts.some((part) => part === '')) {
    throw new UsageError(`The kernel '${spec}' is to be VMLINUZ, VMLINUZ,MODULES, FILE.rpm or FILE.deb.`);
  }
  const [file = '', modules] = parts.map((part) => resolve(part));
  await requireKind(spec, file, 'file', (stats) => stats.isFile());
  const isPackage = /\.(?:rpm|deb)$/.test(file);
  if (modules !== undefined) {
    if (isPackage) throw new UsageError(`${modules} has no effect: the package ${file} has its own modules.`);
    await requireKind(spec, modules, 'directory', (stats) => stats.isDirectory());
    await requireKind(spec, join(modules, 'modules.builtin'), 'file', (stats) => stats.isFile());
  }
  if (isPackage) return fromPackage(file, fetching);
  const [release = 'unknown'] = readBzImage(readPackage(file)).version.split(' ');
  const sha256 = await sha256Of(file, fetching.signal);
  return { name: release, release, image: file, ...(modules !== undefined && { modules }), packages: {}, sha256 };
}

/** @throws {UsageError} when a part of what the user gave is not what it has to be */
async function requireKind(spec: string, path: string, what: string, isOne: (stats: Stats) => boolean): Promise<void> {
  const stats = await stat(path).catch(() => undefined);
  if (stats && isOne(stats)) return;
  const known = kernelRecipes.map(({ name }) => name).join(', ');
  const found = stats ? `${path} is no ${what}` : `no ${what} ${path}`;
  throw new UsageError(`There is no kernel '${spec}', and ${found}. Known kernels: ${known}.`);
}

async function fromPackage(file: string, fetching: Fetching): Promise<PackagedKernel> {
  const digest = await sha256Of(file, fetching.signal);
  const { directory, manifest } = await fetchOnce(
    {
      entry: `kernels/package-${digest.slice(0, 16)}`,
      what: `the kernel in ${basename(file)}`,
      megabytes: unpackedMegabytes,
      schema: kernelManifest,
      make: (staging) => makePackagedKernel([file], staging, fetching),
    },
    fetching,
  );
  const { release, image, modules, packages, sha256 } = manifest;
  return { name: release, release, image: join(directory, image), modules: join(directory, modules), packages, sha256 };
}
