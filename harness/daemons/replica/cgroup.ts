import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';

/** Controllers that a container gets a cgroup of, as far as its stats need them. */
const wanted = ['memory', 'cpuacct', 'pids'] as const;
export type Controller = (typeof wanted)[number];

/** Where each controller is mounted (cgroup v1, as 1.13.1 needs it); without those that are not. */
const mountPoints = readMountPoints(readFileSync('/proc/mounts', 'utf8'));

/** The mount point of each wanted controller, from the text of `/proc/mounts`. */
function readMountPoints(mounts: string): Map<Controller, string> {
  const found = new Map<Controller, string>();
  for (const line of mounts.split('\n')) {
    const [, path = '', type, options = ''] = line.split(' ');
    if (type !== 'cgroup') continue;
    for (const controller of wanted) if (options.split(',').includes(controller)) found.set(controller, path);
  }
  return found;
}

/** Makes a container's cgroups and returns their directories. */
export function makeCgroups(id: string): string[] {
  return [...mountPoints.values()].map((mountPoint) => {
    const directory = `${mountPoint}/docker/${id}`;
    mkdirSync(directory, { recursive: true });
    return directory;
  });
}

/** Removes them; what is busy for a moment more, the end of the cell removes. */
export function removeCgroups(id: string): void {
  for (const mountPoint of mountPoints.values()) {
    try {
      rmdirSync(`${mountPoint}/docker/${id}`);
    } catch {
      continue;
    }
  }
}

/** @throws {Error} when the controller is not there: what can't be read is never a zero. */
export function readCgroup(id: string, controller: Controller, file: string): string {
  const mountPoint = mountPoints.get(controller);
  if (mountPoint === undefined) throw new Error(`the cgroup controller ${controller} is not mounted`);
  return readFileSync(`${mountPoint}/docker/${id}/${file}`, 'utf8').trim();
}
