import path from 'node:path';
import type { DockerBuild } from '../../vms/build.ts';
import { cacheDirectory } from '../../harness/fetch/cache.ts';
import { fetchUserland } from '../../harness/fetch/userland.ts';
import { openLocalMachine, type LocalCell } from '../../harness/machines/local/local.ts';

const project = path.resolve(import.meta.dirname, '../..');

/** Where vagrant keeps its things in a cell; on a file system of its own. */
export const vagrantPlaces = {
  VAGRANT_HOME: '/var/lib/docker/vagrant-home',
  VAGRANT_DOTFILE_PATH: '/var/lib/docker/vagrant-machines',
};

/** Words that run a program in a cell with the environment that they get. */
export function inCell(cell: LocalCell): string[] {
  // nsenter's own directory is one of the host, and vagrant asks where it is.
  return [...cell.enterCommand.split(' ').slice(0, -1), '/usr/bin/env', '-C', '/'];
}

/** A local cell with a userland that is no docker's, and the project in it, read-only, at its own path. */
export async function openCell(
  userland: string,
  { memoryBytes = 2 ** 31, mounts = [] }: { memoryBytes?: number; mounts?: DockerBuild['mounts'] } = {},
): Promise<LocalCell> {
  const build: DockerBuild = {
    name: userland,
    version: 'none',
    commit: 'none',
    origin: { kind: 'directory', source: userland },
    binaries: [],
    userland: await fetchUserland(userland, { cache: cacheDirectory(), progress: () => {} }),
    mounts: [{ source: project, target: project }, ...mounts],
    path: '/usr/sbin:/usr/bin:/sbin:/bin',
  };
  const cell = await openLocalMachine(build, { memoryBytes, diskBytes: memoryBytes, seconds: 600 });
  await cell.run(['mkdir', '-p', ...Object.values(vagrantPlaces)]);
  return cell;
}
