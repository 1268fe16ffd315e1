import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { DockerBuild, Obtaining } from '../build.ts';
import { obtainOnce, type EntryRecipe } from '../cache.ts';
import { staticDockers } from '../docker-builds.ts';
import { unpackTar } from '../packages/unpack-tar.ts';
import { verifyBinaries } from './binaries.ts';
import { sha256Of } from './digest.ts';
import { directoryBuild, inspectDirectory, unreadable } from './directory.ts';
import { cacheVersion, recordedBinary } from './manifest.ts';
import { run } from './program.ts';

const buildManifest = z.strictObject({
  version: z.literal(cacheVersion),
  /** Path or address of the tarball that it was unpacked from. */
  source: z.string(),
  sha256: z.string(),
  docker: z.strictObject({ version: z.string(), commit: z.string() }),
  folder: z.string(),
  binaries: z.array(recordedBinary),
  bytes: z.int(),
});

/** What the cache knows about an unpacked tarball. */
export type BuildManifest = z.infer<typeof buildManifest>;

/** See {@link BuildManifest}. */
export const buildSchema: z.ZodType<BuildManifest> = buildManifest;

/** The name of an unpacked tarball's entry in the cache. */
export const buildEntry = (sha256: string): string => `builds/${sha256}`;

/** A tarball that is known by its digest; where its bytes are to be had is asked only if it was never unpacked. */
export interface Tarball {
  /** For people: path or address. */
  source: string;
  sha256: string;
  file: () => Promise<string>;
}

/**
 * The build in a tarball of the user's.
 *
 * @throws {LabError} when it can't be unpacked or is not a whole docker build
 * @throws {NotApplicableError} when it is older than 1.12
 */
export async function obtainTarballFile(file: string, obtaining: Obtaining): Promise<DockerBuild> {
  obtaining.progress({ what: `reading ${file}` });
  const sha256 = await sha256Of(file, obtaining.signal).catch((error: unknown) => {
    obtaining.signal?.throwIfAborted();
    throw unreadable(file, error);
  });
  return obtainTarball({ source: file, sha256, file: () => Promise.resolve(file) }, obtaining);
}

/** The build in a tarball, unpacked once per digest. Throws as {@link obtainTarballFile}. */
export async function obtainTarball(tarball: Tarball, obtaining: Obtaining): Promise<DockerBuild> {
  const { sha256 } = tarball;
  const { directory, manifest } = await obtainOnce(recipeOf(tarball, obtaining), obtaining);
  const files = join(directory, 'files');
  const unpacked = manifest.binaries.map((binary) => ({ ...binary, file: join('files', binary.file) }));
  await verifyBinaries(directory, unpacked, obtaining.signal);
  const pinned = staticDockers.find((docker) => docker.sha256 === sha256);
  const { docker, folder, binaries, source } = manifest;
  const origin = { kind: 'tarball', source, sha256 } as const;
  return directoryBuild(pinned?.name ?? docker.version, files, { ...docker, folder, binaries }, origin, obtaining);
}

function recipeOf({ source, sha256, file }: Tarball, obtaining: Obtaining): EntryRecipe<BuildManifest> {
  return {
    entry: buildEntry(sha256),
    what: `the docker build ${source}`,
    // The tarball and what is in it: 27 and 80 MB for 1.13.1, 70 and 200 MB for 28.
    megabytes: 300,
    schema: buildSchema,
    async make(directory) {
      const files = join(directory, 'files');
      await mkdir(files);
      await unpack(await file(), files, source, obtaining);
      const { folder, binaries, version, commit } = await inspectDirectory(files, source, obtaining);
      const size = await run('du', ['--summarize', '--bytes', files], { signal: obtaining.signal });
      const bytes = Number.parseInt(size.stdout, 10);
      return { version: cacheVersion, source, sha256, docker: { version, commit }, folder, binaries, bytes };
    },
  };
}

async function unpack(file: string, directory: string, source: string, obtaining: Obtaining): Promise<void> {
  const { progress, signal } = obtaining;
  progress({ what: `unpacking ${source}` });
  const { size: bytes } = await stat(file);
  await unpackTar({ source, content: { file, bytes } }, { target: directory, signal });
}
