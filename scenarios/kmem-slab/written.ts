import { compareVersions } from '../../harness/core/version.ts';
import type { CgroupExpectation, Churn } from './expected.ts';

/**
 * Before 5.14 an inode that was written to holds the cgroup of its writer, as long as it is in the cache: its structure for writing back belongs to that cgroup. Since
 * then the kernel moves such inodes to a living parent (commit c22d70a162d3, mm/backing-dev.c, cleanup_offline_cgwbs_workfn).
 */
const inodesHoldUntil = '5.14';

/**
 * Since 5.14 a loop device has a worker for each cgroup that does I/O on it, which holds the cgroup until it has had none for 60 s; a timer looks every
 * 60 s (commit 87579e9b7d8d, drivers/block/loop.c, LOOP_IDLE_WORKER_TIMEOUT). On 6.1 11 of 30 cgroups were dying 80 s after the last write.
 */
const loopHoldsFrom = '5.14';

/** Of these kernels; between them only the source is known. */
const reference =
  'measured on 5.10.0-32, 6.1.0-50, 6.12.117 and 7.2.13; fs/fs-writeback.c, mm/backing-dev.c and drivers/block/loop.c';

/** The expectation for a cgroup whose process has written a file on a disk, none of whose pages is left. From 5.10 on. */
export function writtenExpectation(version: string, { workload, bootParameters, cgroups }: Churn): CgroupExpectation {
  const isOnLoop = workload === 'loop-written' && compareVersions(version, loopHoldsFrom) >= 0;
  if (isOnLoop) {
    return {
      verdict: 'leak',
      reason:
        'the loop driver has a worker for each cgroup that wrote, and the worker holds its io (blkio on v1), not its memory, for one to two minutes after the last write',
      reference,
      heldBy: [cgroups === 'v2' ? 'io' : 'blkio'],
      dropCaches: 'gives-nothing-back',
    };
  }
  const isHeld = compareVersions(version, inodesHoldUntil) < 0 && cgroups === 'v2';
  if (isHeld && bootParameters !== 'disable-memory' && bootParameters !== 'both') {
    return {
      verdict: 'leak',
      reason:
        'the inode of the file is in the cache, and is written back for the cgroup: that structure holds its memory and io, though no page is left; this kernel does not count by controller',
      reference,
      dropCaches: 'gives-back',
    };
  }
  return { verdict: 'no-leak', reason: notHeld(isHeld, cgroups), reference, heldBy: [] };
}

function notHeld(isHeld: boolean, cgroups: Churn['cgroups']): string {
  if (isHeld) return 'without the memory controller files are written back for the root cgroup alone';
  return cgroups === 'v2'
    ? 'inodes of a removed cgroup are moved to its parent, so that nothing holds it'
    : 'with memory and io in different hierarchies files are written back for the root cgroup alone';
}
