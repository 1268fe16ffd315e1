import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError, messageOf } from '../core/errors.ts';
import type { Binary, DockerBuild, Fetching, Origin } from '../../vms/build.ts';
import { requireOurArchitecture } from './architecture.ts';
import { findBinaries } from './binaries.ts';
import { requireCompanions } from './companions.ts';
import { identify } from './identify.ts';
import type { RecordedBinary } from './manifest.ts';
import { fetchUserland } from './userland.ts';
import type { DockerVersion } from './version.ts';

/** Where a cell sees a build that was brought. */
const target = '/opt/docker';

/** A docker build that the user brought, and what the lab found out about it. */
export interface Inspected extends DockerVersion {
  /** Where the binaries are: `.`, `docker` as in the tarballs of docker.com, or `usr/local/bin` as in images. */
  folder: string;
  binaries: RecordedBinary[];
}

/**
 * Finds out what the binaries in a directory are, by asking them.
 *
 * @param source for people: what the user named
 * @throws {LabError} when it is not a docker build, or not a whole one
 * @throws {NotApplicableError} when it is older than 1.12
 */
export async function inspectDirectory(directory: string, source: string, fetching: Fetching): Promise<Inspected> {
  const { signal } = fetching;
  const folder = await findFolder(directory, source);
  const binaries = await findBinaries(directory, [folder], signal);
  if (!binaries.some(({ name }) => name === 'dockerd')) {
    throw new LabError({
      doing: `looking at the docker build ${source}`,
      expected: `an executable file ${join(folder, 'dockerd')}`,
      happened: 'it is there and is not executable, or is a link that leads out of the directory',
      hint: `make it an executable file: chmod +x ${join(directory, folder, 'dockerd')}`,
    });
  }
  const brought = join(directory, folder);
  await requireOurArchitecture(join(brought, 'dockerd'), source);
  const userland = await fetchUserland('tools', fetching);
  const version = await identify({ userland, dockerd: `${target}/dockerd`, brought, source }, signal);
  requireCompanions(
    version.version,
    binaries.map(({ name }) => name),
    source,
  );
  return { ...version, folder, binaries };
}

/** The build that a directory holds, once it has been inspected. */
export async function directoryBuild(
  name: string,
  directory: string,
  { folder, version, commit, binaries }: Inspected,
  origin: Origin,
  fetching: Fetching,
): Promise<DockerBuild> {
  return {
    name,
    version,
    commit,
    origin,
    binaries: binaries.map((binary): Binary => ({
      name: binary.name,
      path: `${target}/${binary.name}`,
      sha256: binary.sha256,
    })),
    userland: await fetchUserland('tools', fetching),
    mounts: [{ source: join(directory, folder), target }],
    path: `${target}:/usr/sbin:/usr/bin:/sbin:/bin`,
  };
}

async function findFolder(directory: string, source: string): Promise<string> {
  for (const folder of ['.', 'docker', 'usr/local/bin']) {
    const status = await stat(join(directory, folder, 'dockerd')).catch(() => undefined);
    if (status?.isFile()) return folder;
  }
  const content = await readdir(directory).catch((error: unknown) => {
    throw unreadable(directory, error);
  });
  content.sort();
  const shown = content.slice(0, 20).join(' ') + (content.length > 20 ? ` … (${content.length} in all)` : '');
  throw new LabError({
    doing: `looking at the docker build ${source}`,
    expected: 'a file dockerd, in it or in its folder docker',
    happened: content.length === 0 ? 'it is empty' : `there is none; it has: ${shown}`,
    hint: await adviceOn(directory, content),
  });
}

/** Layouts that have no dockerd in the usual place, each recognized by a file in the directory or in a folder of it. */
const knownLayouts: readonly { file: string; advice: string }[] = [
  {
    file: 'dockerd-current',
    advice:
      "these are Red Hat's names: bring the package itself as --daemon FILE.rpm, or copy the executables of /usr/bin and " +
      '/usr/libexec/docker into one directory, without the ending -current',
  },
  {
    file: 'dockerd-rootless.sh',
    advice:
      'these are the extras for rootless mode: bring docker-VERSION.tgz of the same release, too, in the same directory',
  },
];

async function adviceOn(directory: string, content: readonly string[]): Promise<string> {
  const folders = await Promise.all(
    content.slice(0, 20).map((name) => readdir(join(directory, name)).catch((): string[] => [])),
  );
  const names = new Set([...content, ...folders.flat()]);
  const known = knownLayouts.find(({ file }) => names.has(file));
  return (
    known?.advice ??
    'bring the folder that dockerd lies in. Docker before 1.12 has no dockerd and is too old for the lab'
  );
}

/** The user named something that exists and cannot be looked at. */
export function unreadable(path: string, cause: unknown): LabError {
  return new LabError(
    {
      doing: `looking at the docker build ${path}`,
      expected: 'a directory or tarball that this user may read',
      happened: messageOf(cause),
      hint: 'give this user the right to read it, or run the lab as root',
    },
    { cause },
  );
}
