import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NotApplicableError, messageOf } from '../../harness/errors.ts';
import type { DockerBuild, Obtaining } from '../build.ts';
import { addressOf, type StaticDocker } from '../docker-builds.ts';
import { UnreachableError, download } from './download.ts';
import { obtainTarball } from './tarball.ts';

/**
 * A pinned static build: from the cache, where a tarball of the user's with the same digest counts too, or downloaded.
 *
 * @throws {NotApplicableError} when it can't be downloaded, with the way to bring it
 * @throws {LabError} when what was downloaded is something else
 */
export async function obtainStaticBuild(docker: StaticDocker, obtaining: Obtaining): Promise<DockerBuild> {
  const { name, sha256, megabytes } = docker;
  const address = addressOf(docker);
  const part = join(obtaining.cache, 'downloads', `${sha256}.part`);
  const file = async (): Promise<string> => {
    try {
      await download({ what: `docker ${name}`, address, sha256, megabytes, file: part }, obtaining);
      return part;
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      throw new NotApplicableError(
        {
          doing: `obtaining docker ${name}`,
          expected: `its static build from ${address}`,
          happened: messageOf(error),
          hint: howToBring(docker),
        },
        { cause: error },
      );
    }
  };
  const build = await obtainTarball({ source: address, sha256, file }, obtaining);
  await rm(part, { force: true });
  return build;
}

/** One sentence. */
export function howToBring({ name, file }: StaticDocker): string {
  return (
    `bring docker ${name} as --daemon DIR or --daemon ${file}, ` +
    'or set DOCKERD_LEAK_LAB_STATIC_MIRROR to the address of a directory that has the tarball'
  );
}
