import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { named } from '../../core/did-you-mean.ts';
import { cacheDirectory } from '../../fetch/cache.ts';
import type { MachineKind } from '../../machines/shared/kind.ts';
import { companions, daemonLevels } from '../../run/daemon-levels.ts';
import { inProcess } from '../../run/in-process.ts';
import { kernelLevels } from '../../run/kernel-levels.ts';
import type { RunPlan } from '../../run/run-plan.ts';
import type { Scenario } from '../../run/scenario.ts';
import { openSource } from '../../run/source.ts';
import type { Activity } from '../../store/activity.ts';
import { writeJson } from '../../store/files.ts';
import { createRunDirectory } from '../../store/run-directory.ts';
import { tryRecord, type ChildResult } from '../records.ts';

/** The names that a try is looked up by. */
export interface Registries {
  scenarios: readonly Scenario[];
  kinds: readonly MachineKind[];
}

/** The files by which a worker and its child talk; `used` is the result, in the directory of the cell that is handed over. */
export const childFiles = { order: 'try.json', result: 'result.json', results: 'results', used: 'used.json' } as const;

/** Runs the one try that stands in a directory, and leaves its cell and its result there. */
export async function tryHere(
  directory: string,
  hostName: string,
  { scenarios, kinds }: Registries,
  { signal, doing }: { signal: AbortSignal; doing: (activity: Activity) => void },
): Promise<void> {
  const order = tryRecord.parse(JSON.parse(await readFile(path.join(directory, childFiles.order), 'utf8')));
  const scenario = named('scenario', order.scenario, scenarios);
  const kind = named('machine', order.machine, kinds);
  const source = openSource(cacheDirectory(), signal, { fetching: () => {}, fetched: () => {} });
  const builds = order.daemon === undefined ? [] : await daemonLevels([order.daemon], source);
  const kernels = order.kernel === undefined ? [] : await kernelLevels([order.kernel], source, kind);
  const used: Pick<ChildResult, 'builds' | 'kernels'> = { builds: [], kernels: [] };
  const host = await kind.describe();
  const plan: RunPlan = {
    scenario,
    cells: [order.cell],
    controls: [],
    builds: new Map(builds.map((level) => [level.name, level])),
    kernels: new Map(kernels.map((level) => [level.name, level])),
    companion: companions(source),
    kind,
    host,
    hostName,
    directory: await createRunDirectory(path.join(directory, childFiles.results), scenario.name, new Date()),
    jobs: 1,
    repeat: 1,
    ...(order.sizes && { sizes: order.sizes }),
    notes: [],
    commandLine: [],
    observer: { cellDoes: (_name, activity) => doing(activity), cellEnded: () => {} },
    hold: () => Promise.resolve(),
    signal,
  };
  await using dispatcher = inProcess();
  await dispatcher.run(plan, [{ scenario, cell: order.cell, number: order.number }], (more) => {
    used.builds.push(...more.builds);
    used.kernels.push(...more.kernels);
  });
  const result: ChildResult = { ...used, machine: host };
  await writeJson(path.join(directory, childFiles.result), result);
}
