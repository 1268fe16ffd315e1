import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  addressOf,
  debianDockers,
  staticDockers,
  type DebianDocker,
  type StaticDocker,
} from '../../vms/docker-builds.ts';
import { userlandRecipes } from '../../vms/debian.ts';
import { cacheFailure } from './cache-failure.ts';
import { readManifest } from './manifest.ts';
import { buildEntry, buildSchema, type BuildManifest } from './build-entry.ts';
import { entriesOf, howToBring } from './static-build.ts';
import { userlandEntry, userlandSchema } from './userland.ts';

/** A docker build that the lab knows of, whether or not the cache has it. */
export interface KnownDockerBuild {
  /** The value for `--daemon`: a name of the catalogue, or the path of a cached build that has no name there. */
  name: string;
  origin: 'debian' | 'tarball';
  /** Where it comes from: `docker.io of bookworm`, or the tarball's path or address. */
  source: string;
  /** Its entry in the cache; undefined if it has to be downloaded first. */
  cached?: {
    directory: string;
    /** Without suffixes; see {@link DockerBuild}. */
    version: string;
    /** Of Debian's package. */
    packageVersion?: string;
    bytes: number;
  };
  /** For one that the cache lacks: one sentence on how it gets there. */
  missing?: string;
}

/**
 * Every docker build of the catalogue and of the cache, oldest of the catalogue first. Reads manifests alone, so it
 * needs no root, and has no network to wait for.
 *
 * @throws {LabError} when the cache cannot be read, or an entry's manifest is damaged
 */
export async function listDockerBuilds(cache: string): Promise<KnownDockerBuild[]> {
  try {
    return [
      ...(await Promise.all(staticDockers.map((docker) => describeStatic(cache, docker)))),
      ...(await Promise.all(debianDockers.map((docker) => describeDebian(cache, docker)))),
      ...(await listBrought(cache)),
    ];
  } catch (error) {
    throw cacheFailure(error, { cache, what: 'the list of docker builds', megabytes: 0 });
  }
}

/** The build from which the reports came. */
const reported = '1.13.1';

/**
 * The builds that a scenario is tried with when the user names none: those that a Debian mirror has, and 1.13.1, where
 * the leaks are from, if it was ever brought or downloaded.
 */
export async function defaultDaemons(cache: string): Promise<string[]> {
  const builds = await listDockerBuilds(cache);
  const real = builds.some(({ name, cached }) => name === reported && cached !== undefined);
  return [...(real ? [reported] : []), '20.10.24', '26.1.5'];
}

async function describeStatic(cache: string, docker: StaticDocker): Promise<KnownDockerBuild> {
  const known = { name: docker.name, origin: 'tarball' } as const;
  for (const key of entriesOf(docker)) {
    const directory = join(cache, buildEntry(key));
    const manifest = await readManifest(directory, buildSchema);
    if (manifest !== undefined) return { ...known, ...describeBuild(directory, manifest) };
  }
  const missing = `it is downloaded when it is asked for; where that fails, ${howToBring(docker)}`;
  return { ...known, source: addressOf(docker), missing };
}

async function describeDebian(cache: string, { name, userland }: DebianDocker): Promise<KnownDockerBuild> {
  const directory = join(cache, userlandEntry(userland));
  const manifest = await readManifest(directory, userlandSchema);
  const known = { name, origin: 'debian', source: `docker.io of ${userland}` } as const;
  if (manifest === undefined) {
    const space = userlandRecipes.find((recipe) => recipe.name === userland)?.megabytes ?? 0;
    const missing = `it is made from a Debian mirror's packages when it is asked for, which needs ${space} MB while it is made`;
    return { ...known, missing };
  }
  const packageVersion = manifest.packages['docker.io'] ?? 'unknown';
  const version = packageVersion.replace(/^\d+:/, '').replace(/[+~-].*$/, '');
  return { ...known, cached: { directory, version, packageVersion, bytes: manifest.bytes } };
}

async function listBrought(cache: string): Promise<KnownDockerBuild[]> {
  const pinned = new Set(staticDockers.flatMap(entriesOf));
  const digests = (await readdir(join(cache, 'builds')).catch(() => [])).filter((digest) => !pinned.has(digest));
  const found = await Promise.all(
    digests.sort().map(async (digest): Promise<KnownDockerBuild[]> => {
      const directory = join(cache, buildEntry(digest));
      const manifest = await readManifest(directory, buildSchema);
      if (manifest === undefined) return [];
      return [{ name: join(directory, 'files'), origin: 'tarball', ...describeBuild(directory, manifest) }];
    }),
  );
  return found.flat();
}

function describeBuild(directory: string, { source, docker, bytes }: BuildManifest) {
  return { source, cached: { directory, version: docker.version, bytes } };
}
