import type { ControlCell, Scenario } from '../../harness/run/scenario.ts';
import { daemonBudget } from '../../harness/machine/contract.ts';
import { levelOf } from '../../harness/core/cell.ts';
import { factors, level } from './factors.ts';
import { judgeAbandonedCalls, leaks } from './judge.ts';
import { leavings } from './leavings.ts';
import { notApplicable } from './not-applicable.ts';
import { observations, type AbandonedCallsObservations } from './observations.ts';
import { calls, observe } from './protocol.ts';
import { firstThatKeepsNothing } from './row.ts';

/** What a daemon keeps of calls whose client has gone. */
export const abandonedCalls: Scenario<AbandonedCallsObservations> = {
  name: 'abandoned-calls',
  claim:
    'A call of the Engine API that can wait leaves nothing in dockerd when its client walks away, however it does; except for an attach to a container ' +
    'that prints nothing, an exec whose process runs on, and a pull of a registry that does not answer.',
  controls,
  factors,
  first: [
    { endpoint: 'attach', leaving: 'closes', container: 'silent' },
    { endpoint: 'events', leaving: 'closes', container: 'silent' },
  ],
  defaults: { daemon: ['20.10.24', '26.1.5', 'rolling'] },
  notApplicable,
  sizes: { calls },
  budget: daemonBudget,
  observations,
  run: observe,
  judge: judgeAbandonedCalls,
  conclude: (cells) =>
    firstThatKeepsNothing(
      cells.map(({ cell, version, observations: seen }) => ({
        daemon: levelOf(cell, 'daemon'),
        version,
        calls: [level(cell, 'endpoint'), level(cell, 'leaving'), level(cell, 'container')].join(', '),
        keeps: leaks(seen) && leavings[level(cell, 'leaving')].ends,
      })),
    ),
};

/** The daemon of the controls where a run has only replicas. */
const otherwise = '20.10.24';

/**
 * The planted leak are calls that their client holds, which every daemon has to keep; the clean run are `/events` that it closes, of which no
 * docker here keeps anything. A cell whose fault did not happen looks like the second, one whose probes see nothing fails the first.
 */
function controls(daemons: readonly string[]): ControlCell[] {
  const daemon = daemons.find((name) => !name.startsWith('replica')) ?? otherwise;
  const ofEvents = { daemon, endpoint: 'events', container: 'silent' };
  return [
    { scenario: abandonedCalls, cell: { control: 'planted leak', ...ofEvents, leaving: 'stays' } },
    { scenario: abandonedCalls, cell: { control: 'clean run', ...ofEvents, leaving: 'closes' } },
  ];
}
