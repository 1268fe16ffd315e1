import type { BootParameters } from '../../harness/workloads/boot-parameters.ts';
import type { Workload } from '../../harness/workloads/cgroup-workloads.ts';
import type { Churn, CgroupExpectation } from './expected.ts';

/** A measurement on one kernel; the first row that matches a cell counts. */
interface MeasuredKernel {
  /** Of the releases that were measured, as `uname -r` or the name of a box gives them. */
  release: RegExp;
  reference: string;
  rows: readonly Row[];
}

/** An absent factor stands for all its levels. */
interface Row {
  workloads?: readonly Workload[];
  kmem?: Churn['kmem'];
  bootParameters?: readonly BootParameters[];
  verdict: CgroupExpectation['verdict'];
  reason: string;
}

const disabled: readonly BootParameters[] = ['disable-memory', 'both'];

const copies = 'slab caches are copied for the cgroup, and the copies and its id stay for good';

/** Measured on 2026-11-25 and 26 in QEMU, on kernels built from their public sources with CentOS' configuration of memory, SLUB and cgroups. */
const kernels: readonly MeasuredKernel[] = [
  {
    release: /^3\.10\.0-514(?:\.el7|$)/,
    reference: 'measured on 3.10.0-514.el7',
    rows: [
      {
        bootParameters: disabled,
        verdict: 'no-leak',
        reason: 'cgroup_disable=memory leaves no hierarchy to charge anything to: 0 B each',
      },
      {
        kmem: 'off',
        verdict: 'no-leak',
        reason: 'without a limit of kernel memory nothing is accounted: 1.2 KB each or less, no id, no copy',
      },
      {
        workloads: ['kmem'],
        verdict: 'no-leak',
        reason: '3.10 does not charge the pages of pipes: 0.8 to 2 KB each, the pipes among them; no id, no copy',
      },
      {
        workloads: ['files-kept'],
        verdict: 'leak',
        reason: `${copies}: 73 KB, 1.000 id and 2.000 copies each, of which 1 % comes back; the kernel does not know nokmem`,
      },
      {
        workloads: ['objects-freed'],
        verdict: 'leak',
        reason: `${copies}, as they are being made while the cgroup is removed: 80.8 KB, 0.90 ids and 11.8 copies each; the kernel does not know nokmem`,
      },
      {
        workloads: ['shell'],
        verdict: 'leak',
        reason: `${copies}, as they are being made while the cgroup is removed: 138 KB, 0.99 ids and 8.8 copies each; the kernel does not know nokmem`,
      },
      {
        workloads: ['page-cache'],
        verdict: undefined,
        reason:
          'pages go to the parent; 5.5 and 8.9 KB each were measured, with no id and no copy: links to copies that are gone',
      },
    ],
  },
  {
    release: /^3\.10\.0-1160(?:\.el7|$)/,
    reference: 'measured on 3.10.0-1160.el7',
    rows: [
      {
        workloads: ['kmem', 'objects-freed', 'files-kept', 'shell'],
        bootParameters: ['nokmem'],
        verdict: 'no-leak',
        reason: 'this kernel knows nokmem, and it is effective: 0',
      },
      {
        workloads: ['objects-freed'],
        kmem: 'on',
        bootParameters: ['none'],
        verdict: 'no-leak',
        reason: 'objects that are all freed leave nothing on this kernel: 0',
      },
      {
        workloads: ['shell'],
        kmem: 'on',
        bootParameters: ['none'],
        verdict: 'leak',
        reason: 'smaller than on 3.10.0-514, and not healed: 28 KB and 1.00 id each, 9.2 KB with 100 ms before rmdir',
      },
    ],
  },
  {
    release: /^4\.4\.178(?:$|\D)/,
    reference: 'measured on 4.4.178',
    rows: [
      {
        workloads: ['files-kept'],
        kmem: 'on',
        bootParameters: ['none'],
        verdict: 'leak',
        reason: 'files that are kept hold one dying cgroup each, which goes when they are removed',
      },
      {
        workloads: ['objects-freed', 'shell'],
        kmem: 'on',
        bootParameters: ['none'],
        verdict: 'no-leak',
        reason: 'objects that are all freed leave nothing: 0',
      },
    ],
  },
];

/** The expectation for a kernel before 5.10: the measurement on that very kernel. */
export function measuredKernelOf(release: string, { workload, kmem, bootParameters }: Churn): CgroupExpectation {
  const kernel = kernels.find((one) => one.release.test(release));
  const row = kernel?.rows.find(
    (one) =>
      (one.workloads?.includes(workload) ?? true) &&
      (one.kmem ?? kmem) === kmem &&
      (one.bootParameters?.includes(bootParameters) ?? true),
  );
  if (kernel && row) {
    return { verdict: row.verdict, reason: row.reason, reference: kernel.reference };
  }
  const reason = kernel
    ? 'this was not measured on this kernel'
    : 'of the kernels before 5.10 only 3.10.0-514, 3.10.0-1160 and 4.4.178 were measured';
  return { verdict: undefined, reason, reference: 'none' };
}
