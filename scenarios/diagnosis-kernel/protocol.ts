import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { findCgroupRoot } from '../../harness/workloads/cgroup-root.ts';
import { openChurn } from '../../harness/workloads/memory-cgroups.ts';
import type { CollectedFiles } from '../../harness/evidence/bundles.ts';
import { collectInCell } from '../common/diagnosis/collected.ts';
import { level } from './factors.ts';
import type { DiagnosisKernelObservations } from './observations.ts';

/** Cgroups that come and go: more than a diagnosis calls a leak. */
export const cgroups = { usual: 1200, least: 1100 };

/** Collections in one cell; each takes some seconds on an emulated CPU. */
export const collections = { usual: 2, least: 1 };

/** Seconds between the samples of a collection. */
const interval = 1;

/** The protocol of diagnosis-kernel. */
export async function observe(context: CellContext): Promise<DiagnosisKernelObservations> {
  const { cell, machine, phase, size } = context;
  const root = await findCgroupRoot(machine);
  const churn = await openChurn(machine, root, level(cell, 'workload'), 'on');
  const { made } = await phase(
    'containers',
    { activity: 'applying-dose', dose: size('cgroups'), unit: 'cgroups' },
    () => churn.make(size('cgroups')),
  );
  const taken: CollectedFiles[] = [];
  for (let number = 1; number <= size('collections'); number++) {
    taken.push(await collectInCell(context, number, { seconds: interval }));
  }
  return { made, collections: taken };
}
