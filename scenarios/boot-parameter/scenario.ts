import { levelOf } from '../../harness/core/cell.ts';
import type { Scenario } from '../../harness/run/scenario.ts';
import { judgeBootParameter } from './judge.ts';
import { type BootParameterObservations, observations } from './observations.ts';
import { observe, tried, triedAs } from './protocol.ts';

/** Tests whether boot parameters have the effect for which they are set. */
export const bootParameter: Scenario<BootParameterObservations> = {
  name: 'boot-parameter',
  claim:
    'A boot parameter may be effective, or known and without effect, or ignored in silence: the command line shows it in each case.',
  references: ['opencontainers/runc#1725'],
  needs: ['kernel'],
  machine: 'microvm',
  factors: [{ name: 'parameter', levels: Object.keys(tried) }],
  boot: (cell) => ({ parameters: [triedAs(levelOf(cell, 'parameter')).words] }),
  budget: { memoryBytes: 256 << 20, diskBytes: 0, seconds: 180 },
  observations,
  run: observe,
  judge: judgeBootParameter,
};
