import { readFile } from 'node:fs/promises';
import { LabError } from '../../core/errors.ts';

/** One mounted cgroup hierarchy of the host. */
export interface Hierarchy {
  /** Mount options that name it: `memory`, `cpu,cpuacct`, `name=systemd`; `v2` for the unified one. */
  controllers: string;
  mountPoint: string;
}

/** Which hierarchies a cell gets. */
export interface CgroupLayout {
  version: 1 | 2;
  hierarchies: Hierarchy[];
}

/** Options of a v1 mount that are not controllers. */
const notControllers = new Set(['rw', 'ro', 'xattr', 'noprefix', 'clone_children', 'cpuset_v2_mode', 'favordynmods']);

/**
 * Reads which cgroup file systems are mounted from a `mountinfo` (proc(5)). A host with any v1 controller counts as
 * version 1, also when an empty cgroup2 is mounted beside it, as systemd's hybrid mode does.
 *
 * @returns undefined when no usable cgroup file system is mounted.
 */
export function parseCgroupLayout(mountInfo: string): CgroupLayout | undefined {
  const v1: Hierarchy[] = [];
  let v2: Hierarchy | undefined;
  for (const line of mountInfo.trim().split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const mountPoint = before.split(' ')[4] ?? '';
    const [type, , options = ''] = after.split(' ');
    // The outermost mount of a hierarchy comes first; a bind mount of it, as in a container, is the same hierarchy.
    if (type === 'cgroup2') v2 ??= { controllers: 'v2', mountPoint };
    if (type !== 'cgroup') continue;
    const names = options.split(',').filter((name) => !notControllers.has(name) && !name.startsWith('release_agent='));
    const controllers = names.some((name) => name.startsWith('name=')) ? `none,${names.join(',')}` : names.join(',');
    if (!v1.some((known) => known.controllers === controllers)) v1.push({ controllers, mountPoint });
  }
  if (v1.some(({ controllers }) => !controllers.startsWith('none,'))) return { version: 1, hierarchies: v1 };
  return v2 && { version: 2, hierarchies: [v2] };
}

/**
 * {@link parseCgroupLayout} of the host.
 *
 * @throws {LabError} when no cgroup file system is mounted.
 */
export async function readCgroupLayout(): Promise<CgroupLayout> {
  const layout = parseCgroupLayout(await readFile('/proc/self/mountinfo', 'utf8'));
  if (layout) return layout;
  throw new LabError({
    doing: 'looking for the cgroup file systems in /proc/self/mountinfo',
    expected: 'v1 hierarchies or cgroup2',
    happened: 'none is mounted',
    hint: 'mount the cgroup file systems as systemd or cgroupfs-mount do',
  });
}
