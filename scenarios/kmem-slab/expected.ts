import { compareVersions, isBefore } from '../../harness/core/version.ts';
import type { BootParameters } from '../../harness/workloads/boot-parameters.ts';
import type { Kmem, Workload } from '../../harness/workloads/memory-cgroups.ts';
import { measuredKernelOf } from './measured.ts';

/** The expected remains of a removed cgroup, the reason, and the source. `undefined`: it has not been measured. */
export interface Expectation {
  verdict: 'leak' | 'no-leak' | undefined;
  reason: string;
  reference: string;
}

/** The levels of a cell that decide what is expected. */
export interface Churn {
  workload: Workload;
  /** Level of the factor `bootParameters`. */
  bootParameters: BootParameters;
  kmem: Kmem;
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
export function expectationOf(release: string, churn: Churn): Expectation {
  const version = /^\d+\.\d+/.exec(release)?.[0] ?? '0';
  if (churn.workload === 'nothing') {
    return {
      verdict: 'no-leak',
      reason: 'nothing is left behind: the cgroup goes when it is removed',
      reference: 'control',
    };
  }
  if (isBefore(version, measuredFrom)) return measuredKernelOf(release, churn);
  const { workload, bootParameters } = churn;
  if (bootParameters === 'disable-memory' || bootParameters === 'both') {
    const reason = 'without the memory controller nothing is charged to the cgroup, and nothing holds it';
    return { verdict: 'no-leak', reason, reference: measured };
  }
  if (workload === 'page-cache') return pageCache(version);
  return workload === 'kmem' ? pagesOfKernel(version, bootParameters === 'nokmem') : slabObjects();
}

/** 5.9 came with slab caches that all cgroups share, and with objects that go to the parent. */
function slabObjects(): Expectation {
  const reason =
    'all cgroups share the slab caches, and objects that outlive a cgroup are charged to its parent when it is removed';
  return { verdict: 'no-leak', reason, reference: 'measured on 5.10.223, 6.1.176, 6.12.117 and 7.2.13' };
}

function pagesOfKernel(version: string, nokmem: boolean): Expectation {
  if (compareVersions(version, pagesHoldUntil) >= 0) {
    const reason = 'kernel memory is charged through an object that goes to the parent when the cgroup is removed';
    return { verdict: 'no-leak', reason, reference: measured };
  }
  return nokmem
    ? { verdict: 'no-leak', reason: 'kernel memory is not charged: nothing holds the cgroup', reference: measured }
    : { verdict: 'leak', reason: 'the page of the pipe is charged to the cgroup and holds it', reference: measured };
}

function pageCache(version: string): Expectation {
  if (compareVersions(version, cacheHolds.notFrom) >= 0) {
    return {
      verdict: 'no-leak',
      reason: 'pages of a removed cgroup go to its parent',
      reference: 'measured on 7.2.13',
    };
  }
  if (compareVersions(version, cacheHolds.atLeastUntil) > 0) {
    return { verdict: undefined, reason: 'no kernel of that age was measured', reference: 'none' };
  }
  const reason = 'the page of the file is charged to the cgroup and holds it; nokmem is about other memory';
  return { verdict: 'leak', reason, reference: `${measured}, and on 6.18` };
}
