import { existsSync } from 'node:fs';
import path from 'node:path';
import { openHistory } from '../../history/history.ts';
import { readRun } from '../../store/read-run.ts';
import type { Past } from './order.ts';
import type { NightPart } from './plan.ts';
import { readNights } from './record.ts';

/** What earlier nights of these results say about a part: how long it took, and whether a cell of it failed when it was last tried. */
export async function readPast(results: string): Promise<(part: NightPart) => Past> {
  using history = await openHistory(results);
  const past = new Map<string, Past>();
  for (const { night } of await readNights(results)) {
    for (const { part, seconds, run } of night.done) {
      // Pruned since then.
      if (run === undefined || !existsSync(path.join(results, run, 'run.json'))) continue;
      const { run: record, cells } = await readRun(path.join(results, run));
      const failed = cells.some(({ plan }) => history.failedLast(record.scenario, plan.hash));
      past.set(part, { seconds, failed });
    }
  }
  return ({ name }) => past.get(name) ?? { seconds: undefined, failed: false };
}
