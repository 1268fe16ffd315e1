import type { Workload } from '../harness/workloads/memory-cgroups.ts';
import { expectationOf, type Expectation } from './kmem-slab-expected.ts';

/** Of the containers themselves, 2026-11-22. */
const measured = 'with containers of docker 20.10.24 on 5.10.223 and 6.1.176, and of 26.1.5 on 6.12.107 (page cache)';

/**
 * What is expected of a container that is removed: runc gives each a memory cgroup of its own, and what its process leaves holds
 * that one as it would a bare one. So kernel and parameters decide, whichever docker it is: the runc of 1.13 also sets a limit of
 * kernel memory, which before 4.5 is what switches its accounting on, and the bare cgroups of kmem-slab have that limit, too.
 */
export function churnExpectation(release: string, workload: Workload, bootParameters: string): Expectation {
  const { verdict, reason, reference } = expectationOf(release, workload, bootParameters);
  return {
    verdict,
    reason: `a container has a memory cgroup of its own: ${reason}`,
    reference: `${reference}; ${measured}`,
  };
}
