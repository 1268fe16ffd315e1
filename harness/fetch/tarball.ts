import { stat } from 'node:fs/promises';
import type { DockerBuild, Fetching } from '../../vms/build.ts';
import { staticDockers } from '../../vms/docker-builds.ts';
import { unpackTar } from './packages/unpack-tar.ts';
import { fetchBuild } from './build-entry.ts';
import { sha256Of } from './digest.ts';
import { unreadable } from './directory.ts';

/** A tarball that is known by its digest; its bytes are asked for only if it was never unpacked. */
export interface Tarball {
  /** For people: path or address. */
  source: string;
  sha256: string;
  file: () => Promise<string>;
}

/**
 * The build in a tarball of the user's.
 *
 * @throws {LabError} when it cannot be unpacked or is not a whole docker build
 * @throws {NotApplicableError} when it is older than 1.12
 */
export async function fetchTarballFile(file: string, fetching: Fetching): Promise<DockerBuild> {
  const sha256 = await digestOfBrought(file, fetching);
  return fetchTarball({ source: file, sha256, file: () => Promise.resolve(file) }, fetching);
}

/** The digest of a file that the user brought. @throws {LabError} when it cannot be read */
export async function digestOfBrought(file: string, fetching: Fetching): Promise<string> {
  fetching.progress({ what: `reading ${file}` });
  return sha256Of(file, fetching.signal).catch((error: unknown) => {
    fetching.signal?.throwIfAborted();
    throw unreadable(file, error);
  });
}

/** The build in a tarball, unpacked once per digest. Throws as {@link fetchTarballFile}. */
export async function fetchTarball({ source, sha256, file }: Tarball, fetching: Fetching): Promise<DockerBuild> {
  const pinned = staticDockers.find((docker) => docker.sha256 === sha256);
  const fill = async (target: string) => {
    const archive = await file();
    fetching.progress({ what: `unpacking ${source}` });
    const content = { file: archive, bytes: (await stat(archive)).size };
    await unpackTar({ source, content }, { target, signal: fetching.signal });
    return { source, sha256 };
  };
  return fetchBuild({ key: sha256, source, fill }, pinned?.name, fetching);
}
