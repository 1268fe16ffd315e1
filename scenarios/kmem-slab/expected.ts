import { compareVersions, isBefore } from '../../harness/core/version.ts';
import type { Controller } from '../../harness/core/cgroup-controllers.ts';
import type { BootParameters } from '../../harness/workloads/boot-parameters.ts';
import { isWritten, type Kmem, type Workload } from '../../harness/workloads/cgroup-workloads.ts';
import { measuredKernelOf } from './measured.ts';
import { writtenExpectation } from './written.ts';

/** The expected remains of a removed cgroup, the reason, and the source. `undefined`: it has not been measured. */
export interface CgroupExpectation {
  verdict: 'leak' | 'no-leak' | undefined;
  reason: string;
  reference: string;
  /** The controllers that hold it, where the kernel counts by controller; left out where that is not known. */
  heldBy?: readonly Controller[];
  /** The effect of dropping the caches; left out where nothing holds the cgroup, or it is not known. */
  dropCaches?: 'gives-back' | 'gives-nothing-back';
}

const writtenUnknown: CgroupExpectation = {
  verdict: undefined,
  reason: 'files that are written were not measured before 5.10',
  reference: 'none',
};

/** The levels of a cell that decide what is expected. */
export interface Churn {
  workload: Workload;
  /** Level of the factor `bootParameters`. */
  bootParameters: BootParameters;
  kmem: Kmem;
  /** Level of the factor `cgroups`; it makes no difference to workloads that do not write to a disk. */
  cgroups?: 'usual' | 'v2';
}

const measured = 'measured on 5.10.223, 6.1.176, 6.12.107 and 7.2.13';

/**
 * From where a pipe's page no longer holds the memory cgroup that it was charged to. 5.10 does, 6.1 does not; kernel memory
 * is charged through an object that is handed to the parent, for whole pages since 5.13.
 */
const pagesHoldUntil = '5.13';

/** From 3.10 to 5.9 kernels differ, and few were measured: see kmem-slab-measured.ts. */
const measuredFrom = '5.10';

/** Page cache holds a cgroup on 6.18, and no longer on 7.2; what lies between was not measured. */
const cacheHolds = { atLeastUntil: '6.18', notFrom: '7.2' };

/**
 * The expectation for a removed cgroup whose process has done some work.
 *
 * @param release as `uname -r` gives it
 */
export function expectationOf(release: string, churn: Churn): CgroupExpectation {
  const version = /^\d+\.\d+/.exec(release)?.[0] ?? '0';
  if (churn.workload === 'nothing') {
    return {
      verdict: 'no-leak',
      reason: 'nothing is left behind: the cgroup goes when it is removed',
      reference: 'control',
      heldBy: [],
    };
  }
  if (isBefore(version, measuredFrom)) {
    return isWritten(churn.workload) ? writtenUnknown : measuredKernelOf(release, churn);
  }
  if (isWritten(churn.workload)) return writtenExpectation(version, churn);
  const { workload, bootParameters } = churn;
  if (bootParameters === 'disable-memory' || bootParameters === 'both') {
    const reason = 'without the memory controller nothing is charged to the cgroup, and nothing holds it';
    return { verdict: 'no-leak', reason, reference: measured, heldBy: [] };
  }
  if (workload === 'page-cache' || workload === 'file-cache') return pageCache(version, workload);
  return workload === 'kmem' ? pagesOfKernel(version, bootParameters === 'nokmem') : slabObjects();
}

/** 5.9 came with slab caches that all cgroups share, and with objects that go to the parent. */
function slabObjects(): CgroupExpectation {
  const reason =
    'all cgroups share the slab caches, and objects that outlive a cgroup are charged to its parent when it is removed';
  return { verdict: 'no-leak', reason, reference: 'measured on 5.10.223, 6.1.176, 6.12.117 and 7.2.13', heldBy: [] };
}

function pagesOfKernel(version: string, nokmem: boolean): CgroupExpectation {
  if (compareVersions(version, pagesHoldUntil) >= 0) {
    const reason = 'kernel memory is charged through an object that goes to the parent when the cgroup is removed';
    return { verdict: 'no-leak', reason, reference: measured, heldBy: [] };
  }
  return nokmem
    ? {
        verdict: 'no-leak',
        reason: 'kernel memory is not charged: nothing holds the cgroup',
        reference: measured,
        heldBy: [],
      }
    : {
        verdict: 'leak',
        reason: 'the page of the pipe is charged to the cgroup and holds it',
        reference: measured,
        heldBy: ['memory'],
      };
}

/** Page cache of a file on a disk goes when caches are dropped, and that of a tmpfs stays, as it is nowhere else. */
function pageCache(version: string, workload: 'page-cache' | 'file-cache'): CgroupExpectation {
  if (compareVersions(version, cacheHolds.notFrom) >= 0) {
    return {
      verdict: 'no-leak',
      reason: 'pages of a removed cgroup go to its parent',
      reference: 'measured on 7.2.13',
      heldBy: [],
    };
  }
  if (compareVersions(version, cacheHolds.atLeastUntil) > 0) {
    return { verdict: undefined, reason: 'no kernel of that age was measured', reference: 'none' };
  }
  const reason = 'the page of the file is charged to the cgroup and holds it; nokmem is about other memory';
  return {
    verdict: 'leak',
    reason,
    reference: `${measured}, and on 6.18`,
    heldBy: ['memory'],
    dropCaches: workload === 'file-cache' ? 'gives-back' : 'gives-nothing-back',
  };
}
