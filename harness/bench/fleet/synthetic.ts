import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { cellHash, cellName, type Cell } from '../../core/cell.ts';
import { defineObservations } from '../../evidence/observations.ts';
import type { LabIdentity, TryRecord } from '../../fleet/records.ts';
import type { RunTry } from '../../fleet/worker/run-child.ts';
import type { Machine, MachineDescription } from '../../machine/contract.ts';
import type { MachineKind } from '../../machines/shared/kind.ts';
import type { Scenario } from '../../run/scenario.ts';
import { writeJson } from '../../store/files.ts';
import type { PlanRecord, VerdictRecord } from '../../store/schema.ts';

/** The lab of a benchmark: its workers take no cells of others. */
export const benchLab: LabIdentity = { version: '0.0.0', revision: 'benchmark' };

const GiB = 2 ** 30;

/** Cells that run at once on a simulated host: a local host with two cores has as many (machines/local/jobs.ts). */
export const cellsPerHost = 6;

/** A simulated host: two cores, and memory for more cells than its cores take. */
export const benchMachine: MachineDescription = {
  kind: 'synthetic',
  machine: 'synthetic',
  kernel: '6.1',
  kernelCommandLine: '',
  cgroupVersion: 2,
  cpus: 2,
  memoryBytes: 16 * GiB,
  limits: [],
};

/** A kind of machine in which nothing happens. */
export const syntheticKind: MachineKind = {
  name: 'synthetic',
  summary: 'nothing happens in it',
  requirements: () => Promise.resolve([]),
  describe: () => Promise.resolve(benchMachine),
  jobs: () => cellsPerHost,
  open: () => Promise.resolve(idleMachine),
  sweep: () => Promise.resolve([]),
};

const idleMachine: Machine = {
  description: benchMachine,
  enterCommand: '',
  run: (command) =>
    Promise.resolve({ command: command.join(' '), stdout: '', stderr: '', exitCode: 0, timedOut: false }),
  start: () => Promise.reject(new Error('a synthetic machine starts nothing')),
  readFile: (file) => Promise.reject(new Error(`a synthetic machine has no ${file}`)),
  writeFile: () => Promise.resolve(),
  connect: () => new PassThrough(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** Cells that wait as long as their level says, and are as expected. */
export const synthetic: Scenario = {
  name: 'synthetic',
  claim: 'A synthetic cell shows nothing.',
  needs: [],
  factors: [{ name: 'number', levels: [], open: true }],
  budget: { memoryBytes: GiB, diskBytes: 1 << 20, seconds: 300 },
  observations: defineObservations({}),
  async run({ cell, phase }) {
    await phase('containers', { activity: 'reading-containers' }, () => sleep(Number(cell['wait'])));
    return {};
  },
  judge: () => ({ observed: [], expected: [], reason: '', reference: '', checks: [], bug: 'absent' }),
};

/** The cells of a benchmark, in their order. @param wait milliseconds that each waits */
export function syntheticCells(count: number, wait: number): Cell[] {
  return Array.from({ length: count }, (_, i) => ({ number: String(i).padStart(7, '0'), wait: `${wait}` }));
}

/**
 * Runs a try without a process of its own: a directory as small as one can be that is imported.
 *
 * @param begun called with the number of each cell that begins
 */
export function simulated(host: string, begun: (number: number) => void): RunTry {
  return async (order, { directory, signal }) => {
    begun(Number(order.cell['number']));
    await mkdir(directory, { recursive: true });
    const wait = Number(order.cell['wait']);
    if (wait > 0) await sleep(wait, undefined, { signal });
    await writeJson(path.join(directory, 'plan.json'), planOf(order));
    const verdict: VerdictRecord = { schema: 2, outcome: 'as-expected', host, seconds: wait / 1000, shares: {} };
    await writeJson(path.join(directory, 'verdict.json'), verdict);
    return { directory, result: { builds: [], kernels: [], machine: benchMachine } };
  };
}

function planOf({ cell, scenario, number }: TryRecord): PlanRecord {
  return { schema: 1, name: cellName(cell), hash: cellHash(cell), cell, repeat: number, scenario };
}
