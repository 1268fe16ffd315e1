import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../core/errors.ts';
import type { Fetching, Userland } from '../../vms/build.ts';
import { fetchOnce, type Entry } from './cache.ts';
import { hasAll, userlandRecipes, type UserlandRecipe } from '../../vms/debian.ts';
import { downloadPackages } from './apt.ts';
import { findBinaries, verifyBinaries } from './binaries.ts';
import { extractPackages } from './extract.ts';
import { fixUp } from './fix-ups.ts';
import { cacheVersion, recordedBinary } from './manifest.ts';
import { runWell } from './programs/program.ts';

const userlandManifest = z.strictObject({
  version: z.literal(cacheVersion),
  name: z.string(),
  suite: z.string(),
  packages: z.record(z.string(), z.string()),
  binaries: z.array(recordedBinary),
  bytes: z.int(),
});

/** The manifest of a userland in the cache. */
export type UserlandManifest = z.infer<typeof userlandManifest>;

/** The name of a userland's entry in the cache. */
export const userlandEntry = (name: string): string => `userlands/${name}`;

/** See {@link UserlandManifest}. */
export const userlandSchema: z.ZodType<UserlandManifest> = userlandManifest;

/**
 * A userland of the catalogue, made from the packages of a Debian mirror if the cache does not have it. Needs no root.
 *
 * @throws {UsageError} when the catalogue has no such userland
 * @throws {NotApplicableError} when this machine cannot get Debian's packages
 * @throws {LabError} when something fails on the way, or the cached userland is damaged
 */
export async function fetchUserland(name: string, fetching: Fetching): Promise<Userland> {
  return toUserland(await fetchUserlandEntry(name, fetching));
}

/** As {@link fetchUserland}, with all that the cache knows about it. */
export async function fetchUserlandEntry(name: string, fetching: Fetching): Promise<Entry<UserlandManifest>> {
  const recipe = userlandRecipes.find((candidate) => candidate.name === name);
  if (recipe === undefined) {
    const known = userlandRecipes.map((candidate) => candidate.name).join(', ');
    throw new UsageError(`There is no userland '${name}'. Known userlands: ${known}.`);
  }
  const entry = await fetchOnce(
    {
      entry: userlandEntry(name),
      what: `the userland ${name}`,
      megabytes: recipe.megabytes,
      schema: userlandSchema,
      isCurrent: ({ packages }) => hasAll(packages, recipe),
      make: (directory) => makeUserland(recipe, directory, fetching),
    },
    fetching,
  );
  await verifyBinaries(entry.directory, entry.manifest.binaries, fetching.signal);
  return entry;
}

/** The userland that an entry of the cache holds. */
export function toUserland({ directory, manifest }: Entry<UserlandManifest>): Userland {
  return { name: manifest.name, root: join(directory, 'root'), packages: manifest.packages };
}

async function makeUserland(recipe: UserlandRecipe, directory: string, fetching: Fetching): Promise<UserlandManifest> {
  const { cache, signal } = fetching;
  const { name, suite } = recipe;
  const aptRoot = join(cache, 'apt', name);
  const root = join(directory, 'root');
  const archives = await downloadPackages({ ...recipe, what: `the userland ${name}` }, aptRoot, fetching);
  await extractPackages(archives, root, name, fetching);
  await fixUp(root, recipe);
  const manifest = {
    version: cacheVersion,
    name,
    suite,
    packages: Object.fromEntries(archives.map((archive) => [archive.name, archive.version])),
    binaries: await findBinaries(directory, ['root/usr/sbin', 'root/usr/bin'], signal),
    bytes: Number.parseInt(await runWell('du', ['--summarize', '--bytes', root], { signal }), 10),
  } as const;
  await rm(aptRoot, { recursive: true, force: true });
  return manifest;
}
