import type { Cell } from '../../harness/core/cell.ts';
import type { Scenario } from '../../harness/run/scenario.ts';
import { leakControls } from '../controls/controls.ts';
import { judgeRemedy } from './judge.ts';
import { rankRemedies } from './ranking.ts';
import { upgradeOf } from './upgrades.ts';
import { statsLeak } from '../stats-leak/scenario.ts';
import { daemonBudget } from '../../harness/machine/contract.ts';
import { type RemedyObservations, observations } from './observations.ts';
import { observe } from './protocol.ts';
import { withoutContainerdUnit } from '../common/containerd-factor.ts';
import { isStartRemedy } from './actions.ts';
import { factors, level } from './factors.ts';

/** Tests which remedies help a host that has lost its namespaces. */
export const remedies: Scenario<RemedyObservations> = {
  name: 'remedies',
  claim:
    'On a host whose dockerd has lost its containers’ network namespaces, some remedies heal, some stop the leak alone, ' +
    'some last until the next restart, and routine restarts cause the loss.',
  standIn: true,
  factors,
  first: [{ remedy: 'none' }, { remedy: 'containers-restarted' }],
  controls: (daemons) => leakControls(daemons, statsLeak),
  companion: (cell, version) => (level(cell, 'remedy') === 'upgraded' ? upgradeOf(cell, version) : undefined),
  notApplicable,
  // They are the same program.
  clients: () => ['agent-1.20', 'timeout-cancel'],
  budget: daemonBudget,
  observations,
  run: observe,
  judge: judgeRemedy,
  conclude: rankRemedies,
};

function notApplicable(cell: Cell, version: string): string | undefined {
  const remedy = level(cell, 'remedy');
  const containerd = level(cell, 'containerd');
  if (remedy === 'upgraded' && upgradeOf(cell, version) === undefined) {
    return `no later docker that could take over from ${version} is known`;
  }
  if (containerd === 'unit' && !isStartRemedy(remedy)) {
    return 'with a containerd of its own no container starts under MountFlags=slave: this remedy has no container, namespace or call to act on';
  }
  return withoutContainerdUnit(containerd, version);
}
