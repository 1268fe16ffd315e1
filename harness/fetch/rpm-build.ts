import { chmod, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LabError } from '../core/errors.ts';
import type { DockerBuild, Fetching } from '../../vms/build.ts';
import { readPackage } from './packages/read-package.ts';
import { readRpm } from './packages/rpm.ts';
import { fetchBuild } from './build-entry.ts';
import { fetchXz } from './qemu.ts';
import { digestOfBrought } from './tarball.ts';
import { verifyRpm, type RpmSource } from './verify-rpm.ts';

/** Where packages have a docker's executables: Docker's own in bin, Red Hat's companions in libexec. */
const executables = /^usr\/(?:s?bin|libexec\/docker)\/(?:docker|containerd|runc|ctr)[^/]*$/;

/**
 * Puts a docker's executables from an RPM into one directory. Red Hat's are called `dockerd-current`, `docker-runc-current` and so on,
 * so that two versions can lie beside each other; a daemon looks for them without that ending.
 *
 * @throws {LabError} when it is no RPM, is not what its publisher signed, or has no dockerd
 */
export async function unpackRpmBuild(
  file: string,
  source: RpmSource,
  directory: string,
  fetching: Fetching,
): Promise<void> {
  fetching.progress({ what: `unpacking ${basename(file)}` });
  const xz = await fetchXz(fetching);
  const rpm = readPackage(file);
  const { name, version, files } = await readRpm(rpm, (path) => executables.test(path), xz);
  await verifyRpm(rpm, basename(file), source, fetching);
  const named = new Map(files.map(({ path, content }) => [basename(path).replace(/-current$/, ''), content]));
  if (!named.has('dockerd')) {
    throw new LabError({
      doing: `looking for a docker in ${basename(file)}`,
      expected: 'the file dockerd or dockerd-current in usr/bin',
      happened: `${name} ${version} has ${named.size === 0 ? 'no executables of docker' : [...named.keys()].join(', ')}`,
      hint: 'bring the package docker or docker-ce itself, not docker-client, docker-common or containerd.io',
    });
  }
  for (const [called, content] of named) {
    const target = join(directory, called);
    await writeFile(target, content);
    await chmod(target, 0o755);
  }
}

/**
 * The build in an RPM of the user's, unpacked once per digest.
 *
 * @throws {LabError} when it is no RPM, has no dockerd, or not all that dockerd starts
 */
export async function fetchRpmFile(file: string, fetching: Fetching): Promise<DockerBuild> {
  const sha256 = await digestOfBrought(file, fetching);
  const fill = async (directory: string) => {
    await unpackRpmBuild(file, { from: 'user' }, directory, fetching);
    return { source: file, sha256 };
  };
  return fetchBuild({ key: sha256, source: file, fill }, undefined, fetching);
}
