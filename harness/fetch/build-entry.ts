import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { DockerBuild, Fetching } from '../../vms/build.ts';
import { fetchOnce } from './cache.ts';
import { verifyBinaries } from './binaries.ts';
import { directoryBuild, inspectDirectory } from './directory.ts';
import { cacheVersion, recordedBinary } from './manifest.ts';
import { run } from './programs/program.ts';

const buildManifest = z.strictObject({
  version: z.literal(cacheVersion),
  /** Path, address or reference of what it was taken from. */
  source: z.string(),
  /** Digest of that, in hex. */
  sha256: z.string(),
  docker: z.strictObject({ version: z.string(), commit: z.string() }),
  folder: z.string(),
  binaries: z.array(recordedBinary),
  bytes: z.int(),
});

/** The cache's record of a docker build that it has unpacked. */
export type BuildManifest = z.infer<typeof buildManifest>;

/** See {@link BuildManifest}. */
export const buildSchema: z.ZodType<BuildManifest> = buildManifest;

/** The name of a build's entry in the cache, by its digest or by the name and kind of its origin. */
export const buildEntry = (key: string): string => `builds/${key}`;

/** Something that a docker build is taken from; it is asked for its bytes only if it was never unpacked. */
export interface BuildSource {
  /** Key of the entry in the cache, see {@link buildEntry}. */
  key: string;
  /** For people: path or address. */
  source: string;
  /** Puts the binaries below a directory, and returns their exact origin. */
  fill: (directory: string) => Promise<{ source: string; sha256: string }>;
}

/** Of the archive and what is in it: 27 and 80 MB for 1.13.1, 70 and 200 MB for 28. */
const megabytes = 300;

/**
 * The docker build in an archive, an image or a package, unpacked once.
 *
 * @param name the level of the factor `daemon`; the build's version when it is left out
 * @throws {LabError} when it cannot be unpacked or is not a whole docker build
 * @throws {NotApplicableError} when it is older than 1.12
 */
export async function fetchBuild(
  { key, source, fill }: BuildSource,
  name: string | undefined,
  fetching: Fetching,
): Promise<DockerBuild> {
  const { directory, manifest } = await fetchOnce(
    {
      entry: buildEntry(key),
      what: `the docker build ${source}`,
      megabytes,
      schema: buildSchema,
      async make(staging) {
        const files = join(staging, 'files');
        await mkdir(files);
        const taken = await fill(files);
        const { folder, binaries, version, commit } = await inspectDirectory(files, taken.source, fetching);
        const size = await run('du', ['--summarize', '--bytes', files], { signal: fetching.signal });
        const bytes = Number.parseInt(size.stdout, 10);
        return { version: cacheVersion, ...taken, docker: { version, commit }, folder, binaries, bytes };
      },
    },
    fetching,
  );
  const files = join(directory, 'files');
  const unpacked = manifest.binaries.map((binary) => ({ ...binary, file: join('files', binary.file) }));
  await verifyBinaries(directory, unpacked, fetching.signal);
  const { docker, folder, binaries, sha256 } = manifest;
  const origin = { kind: 'tarball', source: manifest.source, sha256 } as const;
  return directoryBuild(name ?? docker.version, files, { ...docker, folder, binaries }, origin, fetching);
}
