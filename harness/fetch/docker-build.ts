import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { NotApplicableError, UsageError } from '../core/errors.ts';
import { didYouMean } from '../core/did-you-mean.ts';
import type { DockerBuild, Fetching } from '../../vms/build.ts';
import { debianDockers, dockerNames, staticDockers, type DebianDocker } from '../../vms/docker-builds.ts';
import { directoryBuild, inspectDirectory } from './directory.ts';
import { identify } from './identify.ts';
import { fetchStaticBuild } from './static-build.ts';
import { fetchRpmFile } from './rpm-build.ts';
import { fetchTarballFile } from './tarball.ts';
import { fetchUserlandEntry, toUserland } from './userland.ts';

/**
 * A docker build, with all that a cell needs to run it.
 *
 * @param spec a name of the catalogue (`20.10.24`, `rolling`, `1.13.1`), a directory, a tarball or an RPM; with a slash in it,
 *   it is never taken for a name
 * @throws {UsageError} when it is none of them
 * @throws {NotApplicableError} when it is not available on this machine, or is older than docker 1.12
 * @throws {LabError} when it is broken, or something fails on the way
 * @throws the reason of `fetching.signal`
 */
export async function fetchDockerBuild(spec: string, fetching: Fetching): Promise<DockerBuild> {
  const ofDebian = debianDockers.find(({ name }) => name === spec);
  if (ofDebian !== undefined) return fetchDebianBuild(ofDebian, fetching);
  const ofDocker = staticDockers.find(({ name }) => name === spec);
  if (ofDocker !== undefined) return fetchStaticBuild(ofDocker, fetching);
  const path = resolve(spec);
  const status = await stat(path).catch(() => undefined);
  if (status?.isDirectory()) {
    const inspected = await inspectDirectory(path, path, fetching);
    return directoryBuild(inspected.version, path, inspected, { kind: 'directory', source: path }, fetching);
  }
  if (status?.isFile()) return path.endsWith('.rpm') ? fetchRpmFile(path, fetching) : fetchTarballFile(path, fetching);
  throw unknown(spec);
}

async function fetchDebianBuild(docker: DebianDocker, fetching: Fetching): Promise<DockerBuild> {
  const entry = await fetchUserlandEntry(docker.userland, fetching);
  const { manifest } = entry;
  const userland = toUserland(entry);
  const source = `the userland ${userland.name}`;
  const { version, commit } = await identify({ userland, dockerd: '/usr/sbin/dockerd', source }, fetching.signal);
  if (docker.version !== undefined && docker.version !== version) {
    throw new NotApplicableError({
      doing: `fetching docker ${docker.name}`,
      expected: `docker ${docker.version} in ${manifest.suite} on the Debian mirror`,
      happened: `${manifest.suite} has ${version} there`,
      hint: `set DOCKERD_LEAK_LAB_DEBIAN_MIRROR to a mirror or snapshot that has it, and drop the cache entry: rm -r ${entry.directory}`,
    });
  }
  const debian = { suite: manifest.suite, package: 'docker.io', version: userland.packages['docker.io'] ?? 'unknown' };
  return {
    name: docker.name,
    version,
    commit,
    origin: { kind: 'debian', ...debian },
    binaries: manifest.binaries.map(({ name, file, sha256 }) => ({ name, path: file.replace(/^root/, ''), sha256 })),
    userland,
    mounts: [],
    path: '/usr/sbin:/usr/bin:/sbin:/bin',
  };
}

function unknown(spec: string): UsageError {
  const orPath = ' Or give the path of a directory, tarball or RPM.';
  if (/[/\\]|\.(?:tgz|rpm|tar(?:\.\w+)?)$/.test(spec))
    return new UsageError(`There is no file or directory "${spec}".`);
  return new UsageError(`There is no docker "${spec}".${didYouMean(spec, dockerNames)}${orPath}`);
}
