import { controlOf } from '../core/cell.ts';
import path from 'node:path';
import { scenarios } from '../../scenarios/index.ts';
import { LabError, messageOf } from '../core/errors.ts';
import type { Scenario, Wishes } from '../run/scenario.ts';
import { readJson } from '../store/files.ts';
import type { StoredRun } from '../store/read-run.ts';

/** The conclusion from all judged cells of a run, read from its files alone; controls say nothing about the claim. */
export async function conclusionOf(
  { run, cells }: StoredRun,
  wishes: Wishes = {},
  known: readonly Scenario[] = scenarios,
): Promise<string[]> {
  const scenario = known.find(({ name }) => name === run.scenario);
  if (!scenario?.conclude) return [];
  try {
    return scenario.conclude(await judgedOf({ cells }, scenario), wishes);
  } catch (error) {
    // What an earlier version saw may be too little for the conclusions of this one.
    return [
      `No conclusion is drawn from this run: ${error instanceof LabError ? error.failure.happened : messageOf(error)}`,
    ];
  }
}

function judgedOf({ cells }: Pick<StoredRun, 'cells'>, { observations }: Scenario) {
  const judged = cells.filter(({ plan, verdict }) => verdict?.judgement && controlOf(plan.cell) === undefined);
  const seen = judged.map(async ({ plan, directory, verdict }) => ({
    cell: plan.cell,
    version: verdict?.version ?? '0',
    observations: await readJson(path.join(directory, 'observations.json'), observations.reader),
  }));
  return Promise.all(seen);
}
