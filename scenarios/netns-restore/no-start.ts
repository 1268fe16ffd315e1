import { readFile } from 'node:fs/promises';
import {
  createContainer,
  readFactsOf,
  type Container,
  type ContainerSettings,
} from '../../harness/daemons/containers.ts';
import type { Dockerd } from '../../harness/daemons/dockerd.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import type { ContainerStarts } from '../common/container-starts.ts';
import { unitLog, type DaemonUnit } from '../common/unit.ts';
import type { NetnsRestoreObservations } from './observations.ts';
import { knownEndpoints, linesOf, restored } from './readings.ts';
import { restart } from './restart.ts';

/** A daemon whose containers did not start: it is restarted as the cell says, and asked again, for a new one, too. */
export async function observeNoStart(
  context: CellContext,
  host: {
    unit: DaemonUnit;
    daemon: Dockerd;
    starts: ContainerStarts;
    settings: ContainerSettings;
    created: readonly Container[];
    /** The number of restarts. */
    last: number;
  },
): Promise<NetnsRestoreObservations> {
  const { machine, phase } = context;
  const { unit, starts, settings, created, last } = host;
  let { daemon } = host;
  for (let number = 1; number <= last; number++) {
    daemon = await restart(context, unit, daemon, number);
    const next = await createContainer(daemon.engine, `next${number}`, settings);
    await starts.ask(daemon, number + 1, [...created, next]);
  }
  const after = await phase('containers', { activity: 'reading-containers' }, () =>
    readFactsOf(machine, daemon.engine, created, settings.network),
  );
  const endpoints = await phase('containers', { activity: 'reading-bridge' }, () =>
    knownEndpoints(daemon, settings.network),
  );
  const log = await readFile(context.logFile(unitLog(last + 1)), 'utf8');
  return {
    netnsFiles: [],
    ...linesOf(log),
    tickLimit: context.size('ticks'),
    stats: [],
    streams: [],
    containers: after.map((facts, i) => restored(facts, undefined, endpoints.has(created[i]?.id ?? ''))),
    next: { address: '', heldBy: [] },
    starts: starts.all,
  };
}
