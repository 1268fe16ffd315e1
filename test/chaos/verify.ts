import { readFile } from 'node:fs/promises';
import type { Cell } from '../../harness/core/cell.ts';
import { cellHash, cellName } from '../../harness/core/cell.ts';
import { fleetEventRecord } from '../../harness/fleet/coordinator/attempt-log.ts';
import { readRecord } from '../../harness/fleet/records.ts';
import { listRuns } from '../../harness/store/list-runs.ts';
import { readRun } from '../../harness/store/read-run.ts';
import type { Fault } from './faults.ts';

/** Faults of a kind of which a coordinator has seen at least one: another one may have been starting. */
const witnessed = 3;

/** What is left of a chaos. */
export interface Findings {
  /** Everything that must not be; nothing when all held. */
  wrong: string[];
  /** Events of the runs by their code. */
  events: ReadonlyMap<string, number>;
  verdicts: number;
  /** Cells that no host brought to an end within their attempts: they have their verdict, and it is the infrastructure's. */
  givenUp: number;
  runs: number;
}

/** Reads all runs of a chaos, and finds what was lost, what was counted twice, and which faults are not in the record. */
export async function verify(results: string, cells: readonly Cell[], made: readonly Fault[]): Promise<Findings> {
  const wrong: string[] = [];
  const verdicts = new Map<string, number>();
  const events = new Map<string, number>();
  let givenUp = 0;
  let unfinished = 0;
  let torn = 0;
  const runs = await listRuns(results);
  for (const run of runs) {
    const stored = await readRun(`${results}/${run}`);
    if (stored.run.state !== 'finished') unfinished++;
    for (const { file, why } of stored.damaged ?? []) wrong.push(`damaged: ${run}/${file}: ${why}`);
    for (const { plan, verdict } of stored.cells) {
      if (!verdict) continue;
      verdicts.set(plan.hash, (verdicts.get(plan.hash) ?? 0) + 1);
      const isAngry = plan.cell['mood'] === 'angry';
      const isOwn = isAngry ? verdict.failure === 'the cell is angry' : verdict.outcome === 'as-expected';
      if (!isOwn && verdict.host === undefined && verdict.outcome === 'infra-failed') givenUp++;
      else if (!isOwn) wrong.push(`${plan.name}: ${verdict.outcome}: ${verdict.failure ?? ''}`);
    }
    const lines = (await readFile(`${results}/${run}/fleet.ndjson`, 'utf8').catch(() => ''))
      .split('\n')
      .filter(Boolean);
    for (const line of lines) {
      const event = readRecord(line, fleetEventRecord);
      // A disk that became full, and a kill, may have cut a line.
      if (event) events.set(event.code, (events.get(event.code) ?? 0) + 1);
      else torn++;
    }
  }
  for (const cell of cells) {
    const times = verdicts.get(cellHash(cell)) ?? 0;
    if (times !== 1) wrong.push(`${cellName(cell)} has ${times} verdicts`);
  }
  // A coordinator that was killed leaves a run that did not end, unless it had not begun one.
  const kills = made.filter(({ fault }) => fault === 'kill coordinator').length;
  if (unfinished > kills) wrong.push(`${unfinished} runs did not end, and ${kills} coordinators were killed`);
  if (runs.length - unfinished !== 1) wrong.push(`${runs.length - unfinished} runs came to their end`);
  const cuts = made.filter(({ fault }) => fault === 'fill disk of coordinator' || fault === 'kill coordinator').length;
  if (torn > cuts) wrong.push(`${torn} lines of fleet.ndjson are torn, and ${cuts} faults could do that`);
  const needs = (fault: string, codes: string[]) => {
    const count = made.filter((one) => one.fault === fault).length;
    if (count >= witnessed && !codes.some((code) => events.has(code)))
      wrong.push(`no event of ${codes.join(' or ')} for ${count} × ${fault}`);
  };
  needs('restart Redis', ['redis-away']);
  needs('kill worker', ['host-gone', 'host-joined']);
  return {
    wrong,
    events,
    verdicts: [...verdicts.values()].reduce((sum, one) => sum + one, 0),
    givenUp,
    runs: runs.length,
  };
}
