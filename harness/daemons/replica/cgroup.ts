import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

/** Controllers that a container gets a cgroup of, as far as its stats need them. */
export type Controller = 'memory' | 'cpuacct' | 'pids';

/** Where the cgroups of containers are. */
export interface CgroupMounts {
  version: 1 | 2;
  /** The mount point of each controller, without those that are not there; of cgroup v2 the same one for all. */
  of: ReadonlyMap<Controller, string>;
}

const wanted: readonly Controller[] = ['memory', 'cpuacct', 'pids'];

/** The controllers of cgroup v2 that containers need; CPU time is counted together with CPU weights there. */
const unified = '+memory +cpu +pids';

const mounts = parseCgroupMounts(readFileSync('/proc/mounts', 'utf8'));

/** Of cgroup v1, which 1.13.1 needs, or, where nothing else is there, of v2. */
export const cgroupVersion = mounts.version;

/** Reads the text of `/proc/mounts`. */
export function parseCgroupMounts(text: string): CgroupMounts {
  const found = new Map<Controller, string>();
  let alone: string | undefined;
  for (const line of text.split('\n')) {
    const [, path = '', type, options = ''] = line.split(' ');
    if (type === 'cgroup2') alone ??= path;
    if (type !== 'cgroup') continue;
    for (const controller of wanted) if (options.split(',').includes(controller)) found.set(controller, path);
  }
  const place = alone;
  if (found.size > 0 || place === undefined) return { version: 1, of: found };
  return { version: 2, of: new Map(wanted.map((controller) => [controller, place])) };
}

/** Makes a container's cgroups and returns their directories. */
export function makeCgroups(id: string): string[] {
  return parents().map((parent) => {
    if (mounts.version === 2) {
      mkdirSync(parent, { recursive: true });
      for (const above of [`${parent}/..`, parent]) writeFileSync(`${above}/cgroup.subtree_control`, unified);
    }
    const directory = `${parent}/${id}`;
    mkdirSync(directory, { recursive: true });
    return directory;
  });
}

/** Removes them; what is busy for a moment more, the end of the cell removes. */
export function removeCgroups(id: string): void {
  for (const parent of parents()) {
    try {
      rmdirSync(`${parent}/${id}`);
    } catch {
      continue;
    }
  }
}

/** @throws {Error} when the controller is not available: an unreadable value is never reported as zero. */
export function readCgroup(id: string, controller: Controller, file: string): string {
  const mountPoint = mounts.of.get(controller);
  if (mountPoint === undefined) throw new Error(`the cgroup controller ${controller} is not mounted`);
  return readFileSync(`${mountPoint}/docker/${id}/${file}`, 'utf8').trim();
}

/** The directories that have those of containers. */
function parents(): string[] {
  return [...new Set(mounts.of.values())].map((mountPoint) => `${mountPoint}/docker`);
}
