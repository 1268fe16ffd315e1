import { access, constants, mkdir, rename, rm, stat, statfs, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';
import type { z } from 'zod';
import { LabError } from '../core/errors.ts';
import { makeEachDirectory } from '../store/make-directory.ts';
import type { Fetching } from '../../vms/build.ts';
import { cacheFailure, moveHint } from './cache-failure.ts';
import { holdLock } from './lock.ts';
import { readManifest } from './manifest.ts';

/** The directory of everything that was fetched: `DOCKERD_LEAK_LAB_CACHE`, or the user's cache directory. */
export function cacheDirectory(): string {
  return process.env['DOCKERD_LEAK_LAB_CACHE'] || envPaths('dockerd-leak-lab', { suffix: '' }).cache;
}

/** Options to fetch into that without progress messages: for entries that are in the cache already, or quick to make. */
export function quietly(): Fetching {
  return { cache: cacheDirectory(), progress: () => {} };
}

/** An entry of the cache, and how to make it. */
export interface EntryRecipe<M> {
  /** Path below the cache, e.g. `userlands/bookworm`. */
  entry: string;
  /** For people, e.g. `the userland bookworm`. */
  what: string;
  /** Free space that is needed to make it. */
  megabytes: number;
  /** Of the manifest. Another version on the disk means that the entry is made again. */
  schema: z.ZodType<M>;
  /** Whether an entry is current; one that is not is made again. By default each is. */
  isCurrent?: (manifest: M) => boolean;
  /** Fills an empty directory and says what is in it. */
  make: (directory: string) => Promise<M>;
}

/** A finished entry. */
export interface Entry<M> {
  directory: string;
  manifest: M;
}

/**
 * The entry, made first if it is not there. However many runs ask at once, one makes it and the others wait; a run that
 * is killed, by SIGKILL too, leaves nothing that the next has to wait for.
 *
 * @throws {LabError} when the cache cannot be used or has no space left
 */
export async function fetchOnce<M>(recipe: EntryRecipe<M>, fetching: Fetching): Promise<Entry<M>> {
  const { cache, progress, signal } = fetching;
  const { entry, what, megabytes } = recipe;
  const directory = join(cache, entry);
  const staging = join(cache, 'staging', slugOf(entry));
  try {
    const found = await currentManifest(recipe, directory);
    if (found !== undefined) {
      await noteUse(directory);
      return { directory, manifest: found };
    }
    await requireWritable(cache);
    for (const folder of [dirname(directory), dirname(staging), join(cache, 'locks')]) {
      await makeEachDirectory(folder);
    }
    await using held = new AsyncDisposableStack();
    const lock = lockOf(cache, entry);
    const onWait = (): void => progress({ what: `waiting for another run that is fetching ${what}` });
    held.use(await holdLock(lock, onWait, signal));
    const made = await currentManifest(recipe, directory);
    if (made !== undefined) return { directory, manifest: made };
    // What is left of a killed run, and entries of another version of the lab or of its catalogues.
    await rm(staging, { recursive: true, force: true });
    await rm(directory, { recursive: true, force: true });
    await requireSpace(cache, recipe.what, megabytes);
    return { directory, manifest: await makeEntry(recipe, staging, directory) };
  } catch (error) {
    signal?.throwIfAborted();
    throw cacheFailure(error, { cache, what, megabytes });
  }
}

/** The file whose lock the maker of an entry holds. */
export function lockOf(cache: string, entry: string): string {
  return join(cache, 'locks', `${slugOf(entry)}.lock`);
}

function slugOf(entry: string): string {
  return entry.replaceAll('/', '-');
}

/** The time of its manifest is that of an entry's last use, by which `lab prune` knows which ones nothing uses. A cache may be read-only. */
async function noteUse(directory: string): Promise<void> {
  const now = new Date();
  await utimes(join(directory, 'manifest.json'), now, now).catch(() => undefined);
}

async function currentManifest<M>({ schema, isCurrent }: EntryRecipe<M>, directory: string): Promise<M | undefined> {
  const manifest = await readManifest(directory, schema);
  return manifest === undefined || isCurrent?.(manifest) === false ? undefined : manifest;
}

async function makeEntry<M>(recipe: EntryRecipe<M>, staging: string, directory: string): Promise<M> {
  await mkdir(staging);
  try {
    const manifest = await recipe.make(staging);
    await writeFile(join(staging, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
    await rename(staging, directory);
    return manifest;
  } catch (error) {
    // Frees the space at once; should even that fail, the next run removes it and the first error is the one to tell.
    await rm(staging, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

/** Node's `mkdir` says of a read-only file system that there is no such file. */
async function requireWritable(directory: string): Promise<void> {
  const exists = await stat(directory).catch(() => undefined);
  if (exists !== undefined || directory === dirname(directory)) return access(directory, constants.W_OK);
  return requireWritable(dirname(directory));
}

async function requireSpace(cache: string, what: string, megabytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(cache);
  const free = Math.floor((bavail * bsize) / 1e6);
  if (free >= megabytes) return;
  throw new LabError({
    doing: `fetching ${what}`,
    expected: `${megabytes} MB of free space in the cache ${cache}`,
    happened: `there are ${free} MB`,
    hint: moveHint(`with ${megabytes} MB free`),
  });
}
