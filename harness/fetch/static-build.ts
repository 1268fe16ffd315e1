import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LabError, NotApplicableError, messageOf } from '../core/errors.ts';
import type { DockerBuild, Fetching } from '../../vms/build.ts';
import { addressOf, type StaticDocker } from '../../vms/docker-builds.ts';
import {
  otherOrigins,
  packageAddress,
  registryAddress,
  type ImageOrigin,
  type OtherOrigin,
  type PackageOrigin,
} from '../../vms/docker-origins.ts';
import { buildEntry, buildSchema, fetchBuild, type BuildSource } from './build-entry.ts';
import { UnreachableError, download, downloadAny } from './download.ts';
import { unpackImageBuild } from './image-build.ts';
import { readManifest } from './manifest.ts';
import { pin } from './pin.ts';
import { unpackRpmBuild } from './rpm-build.ts';
import { fetchTarball } from './tarball.ts';
import { sourceOf } from './verify-rpm.ts';

/** One place that has a release, and how its build is made from there. */
interface Origin {
  /** Its address, for people. */
  address: string;
  /** Key of its entry in the cache. */
  key: string;
  make: (fetching: Fetching) => Promise<DockerBuild>;
}

/**
 * A release of docker that is no longer in distributions: from the cache, from any origin, or downloaded from the first of
 * its origins that has it: the static tarball, where a tarball of the user's with the same digest counts too; the layers of
 * `docker:VERSION-dind`; a distribution's package.
 *
 * @param others origins besides the tarball
 * @throws {NotApplicableError} when no origin has it, with the reason of each and the way to bring it
 * @throws {LabError} when an origin has something else, and no later one the right thing
 */
export async function fetchStaticBuild(
  docker: StaticDocker,
  fetching: Fetching,
  others: readonly OtherOrigin[] = otherOrigins[docker.name] ?? [],
): Promise<DockerBuild> {
  const origins = [tarballOrigin(docker), ...others.map((origin) => originOf(docker.name, origin))];
  for (const { key, make } of origins) {
    if (await readManifest(join(fetching.cache, buildEntry(key)), buildSchema)) return make(fetching);
  }
  const failures: { address: string; error: LabError | UnreachableError }[] = [];
  for (const { address, make } of origins) {
    try {
      return await make(fetching);
    } catch (error) {
      // A disk that is full or a signal is the same at every origin.
      if (!(error instanceof LabError || error instanceof UnreachableError)) throw error;
      failures.push({ address, error });
    }
  }
  // Something else at an origin is worth more than a server that is not there.
  const wrong = failures.find(({ error }) => error instanceof LabError);
  if (wrong && failures.length === 1) throw wrong.error;
  const [first] = failures;
  throw new NotApplicableError(
    {
      doing: `fetching docker ${docker.name}`,
      expected:
        failures.length === 1
          ? `its static build from ${first?.address ?? ''}`
          : `one of its ${failures.length} origins to have it`,
      happened: failures.length === 1 ? messageOf(first?.error) : 'none does',
      ...(failures.length > 1 && {
        evidence: failures.map(({ address, error }) => `${address}: ${messageOf(error)}`).join('\n'),
      }),
      hint: howToBring(docker),
    },
    { cause: first?.error },
  );
}

/** Keys of the cache entries that have a release, from any origin. */
export function entriesOf(docker: StaticDocker): string[] {
  return [tarballOrigin(docker), ...(otherOrigins[docker.name] ?? []).map((one) => originOf(docker.name, one))].map(
    ({ key }) => key,
  );
}

function tarballOrigin(docker: StaticDocker): Origin {
  const { name, sha256, megabytes } = docker;
  const address = addressOf(docker);
  return {
    address,
    key: sha256,
    async make(fetching) {
      const part = join(fetching.cache, 'downloads', `${sha256}.part`);
      const file = async (): Promise<string> => {
        await download({ what: `docker ${name}`, address, sha256, megabytes, file: part }, fetching);
        return part;
      };
      const build = await fetchTarball({ source: address, sha256, file }, fetching);
      await rm(part, { force: true });
      return build;
    },
  };
}

function originOf(name: string, origin: OtherOrigin): Origin {
  const key = `${name}-${origin.kind}`;
  const source = origin.kind === 'image' ? imageSource(key, origin) : packageSource(key, origin);
  return { address: source(quiet).source, key, make: (fetching) => fetchBuild(source(fetching), name, fetching) };
}

const quiet: Fetching = { cache: '', progress: () => {} };

/** The binaries in the layers of an image. */
export function imageSource(key: string, origin: ImageOrigin): (fetching: Fetching) => BuildSource {
  const source = `${registryAddress()}/v2/${origin.repository}:${origin.tag}`;
  return (fetching) => ({ key, source, fill: (directory) => unpackImageBuild(origin, directory, fetching) });
}

/** Megabytes of a docker package: CentOS' own has 18. */
const packageMegabytes = 150;

function packageSource(key: string, origin: PackageOrigin): (fetching: Fetching) => BuildSource {
  const address = packageAddress(origin);
  return (fetching) => ({
    key,
    source: address,
    async fill(directory) {
      const what = `the package ${basename(origin.file)}`;
      const file = join(fetching.cache, 'downloads', basename(origin.file));
      try {
        const sha256 = await downloadAny({ what, address, megabytes: packageMegabytes, file }, fetching);
        // Only what is a package of docker is pinned: a page that a proxy sends instead would be refused for ever after.
        await unpackRpmBuild(file, sourceOf(origin), directory, fetching);
        await pin(address, sha256, fetching);
        return { source: address, sha256 };
      } finally {
        await rm(file, { force: true });
      }
    },
  });
}

/** One sentence. */
export function howToBring({ name, file }: StaticDocker): string {
  return (
    `bring docker ${name} as --daemon DIR or --daemon ${file}, ` +
    'or set DOCKERD_LEAK_LAB_STATIC_MIRROR to the address of a directory that has the tarball'
  );
}
