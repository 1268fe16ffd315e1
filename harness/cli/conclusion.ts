import path from 'node:path';
import { scenarios } from '../../scenarios/index.ts';
import { readJson } from '../store/files.ts';
import type { StoredRun } from '../store/read-run.ts';

/** What a run's own judged cells say together, from its files alone; controls say nothing about the claim. */
export async function conclusionOf({ run, cells }: StoredRun): Promise<string[]> {
  const scenario = scenarios.find(({ name }) => name === run.scenario);
  if (!scenario?.conclude) return [];
  const judged = cells.filter(({ plan, verdict }) => verdict?.judgement && plan.cell['control'] === undefined);
  const seen = judged.map(async ({ plan, directory, verdict }) => ({
    cell: plan.cell,
    version: verdict?.version ?? '0',
    observations: await readJson(path.join(directory, 'observations.json'), scenario.observations),
  }));
  return scenario.conclude(await Promise.all(seen));
}
