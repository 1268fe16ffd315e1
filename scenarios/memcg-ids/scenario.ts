import type { Scenario } from '../../harness/run/scenario.ts';
import { judgeMemcgIds } from './judge.ts';
import { type MemcgIdsObservations, observations } from './observations.ts';
import { factors, level } from './factors.ts';
import { observe, workloadFor } from './protocol.ts';

/** On 3.10.0-514, measured with 60 files each. */
const tooLarge =
  'before Linux 4.5 a removed cgroup that keeps its id holds some 73 KB: as many as there are ids take 4.8 GB, and the machine of this cell has 2 GiB';

/** Tests what happens when a kernel runs out of ids for memory cgroups. */
export const memcgIds: Scenario<MemcgIdsObservations> = {
  name: 'memcg-ids',
  claim:
    'There are 65,535 ids for memory cgroups; where dead ones keep theirs, mkdir fails with “No space left on device” with ' +
    'gigabytes of disk free.',
  needs: ['kernel'],
  machine: 'microvm',
  factors,
  boot: () => ({ parameters: [] }),
  notApplicable: (cell, release) =>
    level(cell, 'dose') === 'full' && workloadFor(release) === 'files-kept' ? tooLarge : undefined,
  // 66,000 dead cgroups of up to 20 KB each, and half an hour on an emulated CPU.
  budget: { memoryBytes: 2 ** 31, diskBytes: 0, seconds: 3600 },
  observations,
  run: observe,
  judge: judgeMemcgIds,
};
