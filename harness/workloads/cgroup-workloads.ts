/** The workloads of a cgroup's process before the cgroup is removed; memory-cgroups.c has them. */
export const workloads = [
  'kmem',
  'page-cache',
  'file-cache',
  'file-written',
  'loop-written',
  'files-kept',
  'objects-freed',
  'shell',
  'nothing',
] as const;
export type Workload = (typeof workloads)[number];

/**
 * The disk of `file-cache`: a read-only ext4 with one file, of which each cgroup reads a page of its own. Page cache of a file on a disk can
 * be read again, and so it can be dropped; that of a tmpfs cannot.
 */
export const cacheDisk = { pages: 4096, device: '/dev/vda', mountPoint: '/run/lab-disk' } as const;

/**
 * The disk of `file-written`, a RAM disk, and of `loop-written`, a loop device. It has a file of a page for each cgroup, which the cgroup writes, waits for, and
 * drops from the cache: no page stays, the inode does. So what is left of the block layer alone can hold the cgroup.
 */
export const writtenDisk = {
  files: 1024,
  bytes: 16 << 20,
  mountPoint: cacheDisk.mountPoint,
  image: '/tmp/lab-image',
  'file-written': { module: 'brd', device: '/dev/ram0' },
  'loop-written': { module: 'loop', device: '/dev/loop0' },
} as const;

/** Whether the cgroups of a workload write to a {@link writtenDisk}, and so are about the block layer. */
export function isWritten(workload: Workload): workload is 'file-written' | 'loop-written' {
  return workload === 'file-written' || workload === 'loop-written';
}

/** Whether a workload needs a disk of the machine. */
export function needsDisk(workload: Workload): boolean {
  return workload === 'file-cache' || isWritten(workload);
}

/** Whether the limit of kernel memory is set that switches its accounting on before Linux 4.5; later it is always on. */
export const kmemLevels = ['on', 'off'] as const;
export type Kmem = (typeof kmemLevels)[number];

/**
 * Those that take 0.05 to 0.2 s a cgroup on an emulated CPU, where the others take 20 ms, and what their cgroups are divided by. What `objects-freed` does to
 * 3.10 is a race, which one cgroup in ten wins: it needs more of them. What a loop device holds it gives back after 60 s at the earliest: the doses have to be done by then.
 */
const slow: ReadonlyMap<Workload, number> = new Map([
  ['files-kept', 5],
  ['objects-freed', 2],
  ['file-written', 3],
  ['loop-written', 3],
  ['shell', 5],
]);

/** Cgroups of a workload, where the quick ones have so many. A slow one with less than 30 could not be distinguished from noise. */
export function cgroupsOf(workload: Workload, quick: number): number {
  return Math.min(quick, Math.max(30, Math.floor(quick / (slow.get(workload) ?? 1))));
}
