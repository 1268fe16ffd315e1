import { clientNamed } from '../../harness/clients/common/all-clients.ts';
import { levelOf } from '../../harness/core/cell.ts';
import type { Scenario } from '../../harness/run/scenario.ts';
import { leakControls } from '../controls/controls.ts';
import { daemonBudget } from '../../harness/machine/contract.ts';
import { judgeStatsLeak } from './judge.ts';
import { firstThatAnswers } from './row.ts';
import { type StatsLeakObservations, observations } from './observations.ts';
import { calls, containers, observe } from './protocol.ts';
import { factors, level } from './factors.ts';

/** The cost of a client that never gives up, for a daemon that has lost its namespaces. */
export const statsLeak: Scenario<StatsLeakObservations> = {
  name: 'stats-leak',
  claim:
    'Once a dockerd has lost its containers’ network namespaces, a client that asks for stats and never gives up costs it ' +
    'a connection for every call; later dockers no longer hang, but answer with zeroes.',
  standIn: true,
  controls: (daemons) => leakControls(daemons, statsLeak),
  factors,
  first: [{ client: 'agent-1.20' }, { client: 'timeout-cancel' }],
  clients: (cell) => [level(cell, 'client')],
  // Elsewhere a program of the host does not see the cell's processes by their paths.
  notApplicable: (cell, _version, { kind }) =>
    clientNamed(level(cell, 'client')).place === 'container' && kind !== 'local'
      ? 'a client in a container needs the machine local'
      : undefined,
  sizes: { calls, containers },
  budget: daemonBudget,
  observations,
  run: observe,
  judge: judgeStatsLeak,
  conclude: (cells) =>
    firstThatAnswers(
      cells.map(({ cell, version, observations: { answer } }) => ({
        daemon: levelOf(cell, 'daemon'),
        version,
        answer: answer.answer,
      })),
    ),
};
