import type { Scenario } from '../../harness/run/scenario.ts';
import { judgeBootParameter } from './judge.ts';
import { type BootParameterObservations, observations } from './observations.ts';
import { factors, level, tried } from './factors.ts';
import { observe } from './protocol.ts';

/** Tests whether boot parameters have the effect for which they are set. */
export const bootParameter: Scenario<BootParameterObservations> = {
  name: 'boot-parameter',
  claim:
    'A boot parameter may be effective, or known and without effect, or ignored in silence: the command line shows it in each case.',
  needs: ['kernel'],
  machine: 'microvm',
  factors,
  first: [{ parameter: 'nokmem' }, { parameter: 'typo' }],
  boot: (cell) => ({ parameters: [tried[level(cell, 'parameter')].words] }),
  budget: { memoryBytes: 256 << 20, diskBytes: 0, seconds: 180 },
  observations,
  run: observe,
  judge: judgeBootParameter,
};
