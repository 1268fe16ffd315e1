import type { Scenario } from '../../harness/run/scenario.ts';
import { leakControls } from '../controls/controls.ts';
import { judgeRemedy } from './judge.ts';
import { rankRemedies } from './ranking.ts';
import { upgradeOf } from './upgrades.ts';
import { statsLeak } from '../stats-leak/scenario.ts';
import { type RemedyObservations, observations } from './observations.ts';
import { observe } from './protocol.ts';
import { factors, level } from './factors.ts';

/** Tests which remedies help a host that has lost its namespaces. */
export const remedies: Scenario<RemedyObservations> = {
  name: 'remedies',
  claim:
    'On a host whose dockerd has lost its containers’ network namespaces, some remedies heal, some stop the leak alone, ' +
    'some last until the next restart, and routine restarts cause the loss.',
  standIn: true,
  factors,
  controls: (daemons) => leakControls(daemons, statsLeak),
  companion: (cell, version) => (level(cell, 'remedy') === 'upgraded' ? upgradeOf(cell, version) : undefined),
  notApplicable: (cell, version) =>
    level(cell, 'remedy') === 'upgraded' && upgradeOf(cell, version) === undefined
      ? `no later docker that could take over from ${version} is known`
      : undefined,
  // They are the same program.
  clients: () => ['agent-1.20', 'timeout-cancel'],
  budget: { memoryBytes: 1 << 30, diskBytes: 512 << 20, seconds: 300 },
  observations,
  run: observe,
  judge: judgeRemedy,
  conclude: rankRemedies,
};
