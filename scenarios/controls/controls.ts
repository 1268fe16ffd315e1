import { type Cell, controlOf } from '../../harness/core/cell.ts';
import type { ControlCell, Scenario } from '../../harness/run/scenario.ts';
import { collectorStall } from '../collector-stall/scenario.ts';
import { eraOf } from '../common/lost-namespace-eras.ts';
import { containerdEraOf } from '../collector-stall/containerd-eras.ts';

/** The daemon of the controls where a run has none in which a leak can be planted: known to leak exactly so. */
const wellKnown = '20.10.24';

/** Which daemon the controls of a run take, and how the leak is planted there. */
interface Planting {
  daemon: string;
  by: 'stalled collector' | 'lost namespace';
}

/**
 * Controls of a run: a leak that is planted, and a clean run of the same daemon. The leak is planted by a stalled collector where
 * dockerd waits for a stopped containerd; where dockerd replaces it, by a lost namespace and a client that never gives up.
 * The replica is no subject for them: it has neither a containerd to stop nor a Go runtime to read.
 *
 * @param daemons the levels of the run's factor `daemon`
 * @param statsLeak the scenario of lost namespaces
 */
export function leakControls(daemons: readonly string[], statsLeak: Scenario): ControlCell[] {
  const real = daemons.filter((name) => !name.startsWith('replica'));
  const { daemon, by } = plantingFor(real);
  const client = 'agent-1.20';
  const planted = { control: 'planted leak', daemon };
  const notes = by === 'stalled collector' && daemon === real[0] ? {} : { note: noteOn(real[0], { daemon, by }) };
  return [
    by === 'stalled collector'
      ? { scenario: collectorStall, cell: { ...planted, collector: 'stalled', client }, ...notes }
      : { scenario: statsLeak, cell: { ...planted, client }, ...notes },
    { scenario: collectorStall, cell: { control: 'clean run', daemon, collector: 'healthy', client } },
  ];
}

/**
 * The scenario's name of a control cell whose run did not store it: one without a collector plants its leak by a lost namespace.
 *
 * @returns undefined for a cell that is no control
 */
export function controlScenarioOf(cell: Cell): string | undefined {
  if (controlOf(cell) === undefined) return undefined;
  return cell['collector'] === undefined ? 'stats-leak' : collectorStall.name;
}

function plantingFor(daemons: readonly string[]): Planting {
  // A daemon that the user brought may be called `VERSION@DIRECTORY`, and the version stands first.
  const stalled = daemons.find((name) => containerdEraOf(name)?.fate === 'waited-for');
  if (stalled !== undefined) return { daemon: stalled, by: 'stalled collector' };
  const lost = daemons.find((name) => eraOf(name, name)?.stats === 'hangs');
  if (lost !== undefined) return { daemon: lost, by: 'lost namespace' };
  return { daemon: wellKnown, by: 'stalled collector' };
}

function noteOn(first: string | undefined, { daemon, by }: Planting): string {
  const how = `the controls of this run plant their leak in ${daemon} by a ${by}`;
  if (first === undefined) return `${how}, as a replica has no containerd to stop and no Go runtime to read.`;
  const { fate, reason } = containerdEraOf(first) ?? {};
  if (fate === 'replaced') return `${how}, as ${first} does not stay stalled: ${reason}.`;
  return `${how}, as what ${first} does about a stopped containerd is not known yet.`;
}
