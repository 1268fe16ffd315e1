import { isBefore } from '../../harness/core/version.ts';
import type { KmemAccounting } from '../../harness/evidence/kmem-accounting.ts';
import type { BootParameters } from '../../harness/workloads/boot-parameters.ts';
import type { ContainerLimit, ContainerWorkload } from '../../harness/workloads/container-limits.ts';
import { expectationOf, type CgroupExpectation } from '../kmem-slab/expected.ts';

/** The levels of a cell that decide what is expected, and its docker. */
export interface Churned {
  docker: string;
  workload: ContainerWorkload;
  bootParameters: BootParameters;
  /** Level of the factor `limit`. */
  limit: ContainerLimit;
}

/** The expected remains of a container, and whether kernel memory is accounted in its cgroup. */
export interface ContainerExpectation extends CgroupExpectation {
  accounting: KmemAccounting['state'] | undefined;
}

/** Of the containers themselves, 2026-11-22; with a limit of memory and without on 2026-11-26. */
const measured = 'with containers of docker 20.10.24 on 5.10.223 and 6.1.176, and of 26.1.5 on 6.12.107 (page cache)';

/** CentOS 7.3, the kernel of the reports. */
const centos73 = /^3\.10\.0-514(?:\.el7|$)/;

/** Before this one few kernels were measured, and whether kernel memory is accounted is up to runc (before 4.5). */
const measuredFrom = '5.10';

/** Containers that leave nothing, on 3.10.0-514 in QEMU, measured on 2026-11-26; by docker and limit. `with` are the boot parameters, if not none. */
const on514: readonly { docker: string; limit: ContainerLimit; with?: readonly BootParameters[]; leaves?: string }[] = [
  { docker: '1.13.1', limit: 'none' },
  { docker: '1.13.1', limit: 'memory' },
  { docker: '1.13.1', limit: 'kernel-memory', leaves: '1.00 id and 100 KB or more' },
  { docker: '17.03.2', limit: 'memory' },
  { docker: '17.06.2', limit: 'memory', leaves: '1.00 id and 100 KB or more' },
  { docker: '18.09.0', limit: 'none' },
  { docker: '18.09.0', limit: 'memory', with: ['none', 'nokmem'], leaves: '1.00 id and 204 KB or more' },
  { docker: '20.10.5', limit: 'none' },
  { docker: '20.10.5', limit: 'memory', leaves: '1.00 id, 18 copies and 321 KB' },
  { docker: '20.10.24', limit: 'none' },
  { docker: '20.10.24', limit: 'memory' },
];

/**
 * The expectation for a container that is removed: runc gives each a memory cgroup of its own, and the remains of its process hold
 * that one as it would a bare one. From 4.5 on kernel and parameters decide, whichever docker it is. Before, it is runc that switches the
 * accounting of kernel memory on, or not.
 */
export function churnExpectation(release: string, churned: Churned): ContainerExpectation {
  if (isBefore(release, measuredFrom)) return centos73.test(release) ? onCentos73(churned) : unknown();
  const { workload, bootParameters } = churned;
  const { verdict, reason, reference, heldBy } = expectationOf(release, { workload, bootParameters, kmem: 'on' });
  return {
    verdict,
    ...(heldBy && { heldBy }),
    accounting: isDisabled(bootParameters) ? 'absent' : bootParameters === 'nokmem' ? 'off' : 'on',
    reason: `a container has a memory cgroup of its own: ${reason}`,
    reference: `${reference}; ${measured}`,
  };
}

function onCentos73({ docker, workload, bootParameters, limit }: Churned): ContainerExpectation {
  const reference = 'measured on 3.10.0-514.el7 with dockers 1.13.1 to 20.10.24; runc PR 1350';
  const matches = on514.find((one) => one.docker === plain(docker) && one.limit === limit);
  if (matches && isDisabled(bootParameters) && docker.startsWith('18.09.0') && limit === 'memory') {
    return {
      verdict: 'no-leak',
      accounting: 'absent',
      reason: 'cgroup_disable=memory leaves nothing that could be accounted',
      reference,
    };
  }
  if (!matches || workload !== 'nothing' || !(matches.with ?? ['none']).includes(bootParameters)) return unknown();
  if (matches.leaves === undefined) {
    const reason =
      'runc does not switch the accounting of kernel memory on for such a container, and nothing is copied';
    return { verdict: 'no-leak', accounting: 'off', reason, reference };
  }
  const why = 'runc switches the accounting of kernel memory on, and the copies of slab caches stay for good';
  const ignored = bootParameters === 'nokmem' ? '; this kernel does not know nokmem' : '';
  return { verdict: 'leak', accounting: 'on', reason: `${why}: ${matches.leaves} each${ignored}`, reference };
}

function unknown(): ContainerExpectation {
  return {
    verdict: undefined,
    accounting: undefined,
    reason: 'this docker was not measured with this limit on this kernel',
    reference: 'none',
  };
}

function isDisabled(bootParameters: BootParameters): boolean {
  return bootParameters === 'disable-memory' || bootParameters === 'both';
}

/** `17.06.2-ce` is 17.06.2. */
function plain(version: string): string {
  return /^\d+(?:\.\d+)*/.exec(version)?.[0] ?? version;
}
