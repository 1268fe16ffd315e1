import { clientNamed } from '../../harness/clients/common/all-clients.ts';
import { levelOf } from '../../harness/core/cell.ts';
import { daemonBudget } from '../../harness/machine/contract.ts';
import type { Scenario } from '../../harness/run/scenario.ts';
import { factors, level } from './factors.ts';
import { judgeSoak, watchedLine } from './judge.ts';
import { observations, type SoakObservations } from './observations.ts';
import { calls, containers, interval, duration, observe } from './protocol.ts';

/** What a client costs a daemon with lost namespaces in real time, beside what a dose of the same calls projects. */
export const soak: Scenario<SoakObservations> = {
  name: 'soak',
  claim:
    'What a dose of stats calls shows in seconds is what the same client does to dockerd in hours: on its own schedule, with its ' +
    'own time-out, while garbage is collected as it comes.',
  standIn: true,
  factors,
  first: [{ client: 'agent-1.20' }, { client: 'timeout-cancel' }],
  clients: (cell) => [level(cell, 'client')],
  notApplicable: (cell, _version, { kind }) =>
    clientNamed(level(cell, 'client')).place === 'container' && kind !== 'local'
      ? 'a client in a container needs the machine local'
      : undefined,
  sizes: { seconds: duration, interval, containers, calls },
  lasts: 'seconds',
  budget: daemonBudget,
  observations,
  run: observe,
  judge: judgeSoak,
  // A soak may end at a budget long before its time: its reader must not have to look for that among the figures.
  conclude: (cells) =>
    cells.map(
      ({ cell, observations: { soak: seen } }) =>
        `${level(cell, 'client')} on ${levelOf(cell, 'daemon')}: ${watchedLine(seen)}`,
    ),
};
