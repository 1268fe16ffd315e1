import type { Scenario } from '../../harness/run/scenario.ts';
import { daemonBudget } from '../../harness/machine/contract.ts';
import { judgeCollectorStall } from './judge.ts';
import { type CollectorStallObservations, observations } from './observations.ts';
import { calls, containers, observe } from './protocol.ts';
import { factors, level } from './factors.ts';

/** The leak of 1.13 on supported dockers: their collector is held up. */
export const collectorStall: Scenario<CollectorStallObservations> = {
  name: 'collector-stall',
  claim:
    'A dockerd whose collector cannot finish keeps a connection, goroutines and memory for every stats call of a client ' +
    'that never gives up: the leak of 1.13, alive on supported dockers.',
  factors,
  first: [
    { collector: 'stalled', client: 'agent-1.20' },
    { collector: 'healthy', client: 'agent-1.20' },
  ],
  clients: (cell) => [level(cell, 'client')],
  // Measured: 270 MB resident in dockerd at 4000 calls, 90 MB in the client.
  budget: daemonBudget,
  sizes: { calls, containers },
  observations,
  run: observe,
  judge: judgeCollectorStall,
};
