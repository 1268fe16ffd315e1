import { createHash } from 'node:crypto';
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

const forms = 'VMLINUZ, VMLINUZ,MODULES, or packages, FILE.rpm[,FILE.rpm…] or FILE.deb[,FILE.deb…]';

/** More packages than a distribution divides a kernel into. */
const mostPackages = 8;

/**
 * A kernel that the user brings: `VMLINUZ`, `VMLINUZ,MODULES`, or one or several packages. It is called by its release.
 *
 * @throws {UsageError} when there is no such file, or the files do not belong together
 * @throws {LabError} when it is no kernel
 */
export async function fetchOwnKernel(spec: string, fetching: Fetching): Promise<PackagedKernel> {
  const parts = spec.split(',');
  if (parts.some((part) => part === '')) throw new UsageError(`The kernel '${spec}' is to be ${forms}.`);
  const [file = '', ...others] = parts.map((part) => resolve(part));
  await requireKind(spec, file, 'file', (stats) => stats.isFile());
  const kind = packageKind(file);
  if (kind !== undefined) {
    requireOneKind(spec, kind, others);
    for (const other of others) await requireKind(spec, other, 'file', (stats) => stats.isFile());
    return fromPackages([file, ...others], fetching);
  }
  const [modules, ...more] = others;
  if (more.length > 0) throw new UsageError(`The kernel '${spec}' is to be ${forms}.`);
  if (modules !== undefined) {
    await requireKind(spec, modules, 'directory', (stats) => stats.isDirectory());
    await requireKind(spec, join(modules, 'modules.builtin'), 'file', (stats) => stats.isFile());
  }
  const [release = 'unknown'] = readBzImage(readPackage(file)).version.split(' ');
  const sha256 = await sha256Of(file, fetching.signal);
  return { name: release, release, image: file, ...(modules !== undefined && { modules }), packages: {}, sha256 };
}

function packageKind(file: string): string | undefined {
  return /\.(rpm|deb)$/.exec(file)?.[1];
}

/** @throws {UsageError} for what would be left out in silence */
function requireOneKind(spec: string, kind: string, others: readonly string[]): void {
  const odd = others.find((other) => packageKind(other) !== kind);
  if (odd !== undefined) {
    throw new UsageError(
      `The kernel '${spec}' has .${kind} packages, and ${odd} is none: a kernel is packages of one kind.`,
    );
  }
  if (new Set(others).size < others.length || others.length >= mostPackages) {
    throw new UsageError(`The kernel '${spec}' is to be at most ${mostPackages} different packages.`);
  }
}

/** @throws {UsageError} when a part of what the user gave is not what it has to be */
async function requireKind(spec: string, path: string, what: string, isOne: (stats: Stats) => boolean): Promise<void> {
  const stats = await stat(path).catch(() => undefined);
  if (stats && isOne(stats)) return;
  const known = kernelRecipes.map(({ name }) => name).join(', ');
  const found = stats ? `${path} is no ${what}` : `no ${what} ${path}`;
  throw new UsageError(`There is no kernel '${spec}', and ${found}. Known kernels: ${known}.`);
}

async function fromPackages(files: readonly string[], fetching: Fetching): Promise<PackagedKernel> {
  const digests = await Promise.all(files.map((file) => sha256Of(file, fetching.signal)));
  const [first = ''] = digests;
  const key = digests.length === 1 ? first : createHash('sha256').update(digests.toSorted().join('\n')).digest('hex');
  const { directory, manifest } = await fetchOnce(
    {
      entry: `kernels/package-${key.slice(0, 16)}`,
      what: `the kernel in ${files.map((file) => basename(file)).join(', ')}`,
      megabytes: unpackedMegabytes,
      schema: kernelManifest,
      make: (staging) => makePackagedKernel(files, { from: 'user' }, staging, fetching),
    },
    fetching,
  );
  const { release, image, modules, packages, sha256 } = manifest;
  return { name: release, release, image: join(directory, image), modules: join(directory, modules), packages, sha256 };
}
