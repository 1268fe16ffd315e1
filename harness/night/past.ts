import path from 'node:path';
import { openHistory } from '../history/history.ts';
import { readRun, type StoredRun } from '../store/read-run.ts';
import { isStored } from '../store/stored-file.ts';
import type { Past } from './order.ts';
import type { NightPart } from './plan.ts';
import { readNights } from '../store/night-record.ts';

/** Reads the record of a part from earlier nights of these results: how long it took, and whether a cell of it failed when it was last tried. */
export async function readPast(results: string): Promise<(part: NightPart) => Past> {
  using history = await openHistory(results);
  const past = new Map<string, Past>();
  for (const { night } of (await readNights(results)).nights) {
    for (const { part, seconds, run } of night.done) {
      const stored = run === undefined ? undefined : await readIfWhole(results, run);
      if (!stored) continue;
      const failed = stored.cells.some(({ plan }) => history.failedLast(stored.run.scenario, plan.hash));
      past.set(part, { seconds, failed });
    }
  }
  return ({ name }) => past.get(name) ?? { seconds: undefined, failed: false };
}

/** A run of a night; undefined when it was pruned since then, or cannot be read: the order of parts does without it. */
export async function readIfWhole(results: string, run: string): Promise<StoredRun | undefined> {
  if (!isStored(results, `${run}/run.json`)) return undefined;
  return readRun(path.join(results, run)).catch(() => undefined);
}
