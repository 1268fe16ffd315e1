import { mkdir, readFile, readdir, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError, messageOf, NotApplicableError } from '../../core/errors.ts';
import type { CgroupLayout, Hierarchy } from './cgroup-layout.ts';
import { mayRemove, ownOwner, ownerState } from './owner.ts';

/** Directory of the lab at the top of every hierarchy; below it one directory an owner, below that one a cell. */
const label = 'dockerd-leak-lab';

/** The cgroup directories of one cell, one in each hierarchy. */
export interface CgroupTree {
  /** The roots of the cell's cgroup namespace. */
  roots: string[];
  /** The directories that every program of the cell joins, PID 1 too: below the roots where those may have no processes. */
  members: string[];
  /** The number of processes that the kernel killed for the cell's memory budget. */
  memoryKills(): Promise<number>;
  remove(): Promise<void>;
}

/** Makes the directories of a cell and puts its memory budget (bytes) on them. */
export async function makeCgroupTree(layout: CgroupLayout, cell: string, memoryBytes: number): Promise<CgroupTree> {
  const owner = ownOwner();
  const roots: string[] = [];
  for (const hierarchy of layout.hierarchies) roots.push(await makeRoot(hierarchy, [label, owner, cell]));
  const members = layout.version === 2 ? roots.map((root) => path.join(root, 'init')) : roots;
  for (const member of members) await mkdir(member, { recursive: true });
  const memoryRoot = directoryOf(layout, roots, 'memory');
  const v2 = layout.version === 2;
  if (memoryRoot) {
    await writeFile(path.join(memoryRoot, v2 ? 'memory.max' : 'memory.limit_in_bytes'), `${memoryBytes}`);
    await forbidSwap(memoryRoot, v2, memoryBytes);
  }
  return {
    roots,
    members,
    async memoryKills() {
      if (!memoryRoot) return 0;
      const events = await readFile(path.join(memoryRoot, v2 ? 'memory.events' : 'memory.oom_control'), 'utf8');
      return Number(/^oom_kill (\d+)$/m.exec(events)?.[1] ?? 0);
    },
    async remove() {
      for (const root of roots) {
        await removeTree(root);
        // The owner's directory goes with its last cell; the lab's own with its last owner.
        await rmdir(path.dirname(root)).catch(ignoreBusy);
        await rmdir(path.dirname(path.dirname(root))).catch(ignoreBusy);
      }
    },
  };
}

/** Times that directories may vanish while they are made; each takes a lab that ends in the same millisecond. */
const mostVanished = 100;
/** Milliseconds between two of them, at most. */
const longestPause = 10;

/**
 * Makes directories below each other, and returns the last one. Empty ones on the way may vanish: another lab removes them with the last
 * of its own cells. The last one keeps them.
 */
async function makeRoot(hierarchy: Hierarchy, names: readonly string[]): Promise<string> {
  for (let vanished = 0; ; vanished++) {
    try {
      return await makeEach(hierarchy, names);
    } catch (error) {
      if (!hasCode(error, 'ENOENT') || vanished === mostVanished) throw error;
      // Two labs that begin and end in step must not go on so.
      await sleep(Math.random() * longestPause);
    }
  }
}

async function makeEach({ mountPoint, controllers }: Hierarchy, names: readonly string[]): Promise<string> {
  const v2 = controllers === 'v2';
  // Before anything is made: it may not be allowed.
  if (v2) await enableControllers(mountPoint);
  const above: string[] = [];
  let directory = mountPoint;
  for (const [depth, name] of names.entries()) {
    above.push(directory);
    directory = path.join(directory, name);
    const isLast = depth === names.length - 1;
    await mkdir(directory).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
      // Two cells in one cgroup would share a budget, and neither could be removed.
      if (isLast) throw new RangeError(`another cell has the cgroup ${directory}`);
    });
  }
  // Not before the last one keeps the others: one that another lab removed and made again has nothing to pass on.
  if (v2) for (const parent of above.slice(1)) await enableControllers(parent);
  if (controllers.split(',').includes('cpuset')) await inheritSets([...above, directory]);
  return directory;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** A leak that is swapped out makes the host slow and the figures wrong. Kernels without swap accounting have no such file. */
async function forbidSwap(memoryRoot: string, v2: boolean, memoryBytes: number): Promise<void> {
  const file = path.join(memoryRoot, v2 ? 'memory.swap.max' : 'memory.memsw.limit_in_bytes');
  await writeFile(file, v2 ? '0' : `${memoryBytes}`, { flag: 'r+' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/**
 * Removes what dead owners left: empty cgroup directories, all that the kernel does not clean up by itself.
 * Never touches a directory that is not labelled as the lab's, or whose owner is alive or not visible from here.
 *
 * @returns the removed owners' directories.
 */
export async function sweepCgroups(hierarchies: Hierarchy[]): Promise<string[]> {
  const swept: string[] = [];
  for (const { mountPoint } of hierarchies) {
    const top = path.join(mountPoint, label);
    if (!(await mayRemove(top))) continue;
    for (const owner of await readdir(top).catch(() => [])) {
      if (ownerState(owner) !== 'dead') continue;
      await removeTree(path.join(top, owner));
      swept.push(path.join(top, owner));
    }
    await rmdir(top).catch(ignoreBusy);
  }
  return swept;
}

/** @throws {NotApplicableError} where processes stand in the way, as in a container whose own cgroup is the root that it sees */
async function enableControllers(directory: string): Promise<void> {
  const available = (await readFile(path.join(directory, 'cgroup.controllers'), 'utf8')).trim().split(/\s+/);
  const wanted = available.filter((name) => ['cpu', 'cpuset', 'io', 'memory', 'pids'].includes(name));
  const file = path.join(directory, 'cgroup.subtree_control');
  await writeFile(file, wanted.map((name) => `+${name}`).join(' ')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EBUSY') throw error;
    throw new NotApplicableError(
      {
        doing: `giving the controllers ${wanted.join(', ')} to the cgroups below ${directory}`,
        expected: 'no processes in it, as cgroup v2 lets no cgroup have both',
        happened: messageOf(error),
        hint: `run the lab on the host, or move all that is in ${directory}/cgroup.procs to a cgroup below, as docker:dind does`,
      },
      { cause: error },
    );
  });
}

/**
 * A v1 cpuset without CPUs and memory nodes takes no process. Each of these directories, from the top down, gets those of the first.
 */
async function inheritSets([above = '', ...below]: readonly string[]): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    const inherited = await readFile(path.join(above, file), 'utf8');
    for (const directory of below) await writeFile(path.join(directory, file), inherited);
  }
}

function directoryOf({ version, hierarchies }: CgroupLayout, roots: string[], controller: string): string | undefined {
  if (version === 2) return roots[0];
  return roots[hierarchies.findIndex(({ controllers }) => controllers.split(',').includes(controller))];
}

/** Removes a directory and those below it, deepest first. A cgroup whose last process just died is busy for a while. */
async function removeTree(root: string): Promise<void> {
  const directories = [root];
  for (const directory of directories) {
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
    directories.push(...entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(directory, name)));
  }
  for (const directory of directories.toReversed()) {
    for (let tries = 0; ; tries++) {
      try {
        await rmdir(directory);
        break;
      } catch (error) {
        if (isCode(error, 'ENOENT')) break;
        if (tries >= 200 || !isCode(error, 'EBUSY')) {
          const processes = await readFile(path.join(directory, 'cgroup.procs'), 'utf8').catch(() => '');
          throw new LabError(
            {
              doing: `removing the cgroup ${directory}`,
              expected: 'it is empty, since every process of the cell is dead',
              happened: `${messageOf(error)}; processes in it: ${processes.trim().split('\n').join(' ') || 'none'}`,
              hint: 'look at these processes; the next start of the lab removes the directory',
            },
            { cause: error },
          );
        }
        await sleep(10);
      }
    }
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function ignoreBusy(error: unknown): void {
  if (!['EBUSY', 'ENOTEMPTY', 'ENOENT'].some((code) => isCode(error, code))) throw error;
}
