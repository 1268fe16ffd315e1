import type { DatabaseSync } from 'node:sqlite';
import type { TryOutcome } from './tries.ts';
import { fromOf } from '../store/origin.ts';
import type { NightRecord } from '../store/night-record.ts';
import type { StoredCell, StoredRun } from '../store/read-run.ts';

/** Writes runs and nights as rows. */
export interface RowWriter {
  /** @param directory relative to the results; @param stamp of its run.json */
  addRun(directory: string, stamp: string, run: StoredRun): void;
  addNight(directory: string, stamp: string, night: NightRecord): void;
}

/** A writer into an open database. */
export function rowWriter(database: DatabaseSync): RowWriter {
  const insertRun = database.prepare(`INSERT INTO runs VALUES (NULL, ${places(15)}) RETURNING id`);
  const insertBuild = database.prepare(`INSERT INTO builds VALUES (${places(6)})`);
  const insertCell = database.prepare(
    `INSERT INTO cells VALUES (NULL, ${places(5)})
     ON CONFLICT (scenario, hash, machine) DO UPDATE SET name = name RETURNING id`,
  );
  const insertVerdict = database.prepare(`INSERT INTO verdicts VALUES (NULL, ${places(10)}) RETURNING id`);
  const insertFigure = database.prepare(`INSERT INTO figures VALUES (${places(11)})`);
  const insertNight = database.prepare(`INSERT INTO nights VALUES (NULL, ${places(9)}) RETURNING id`);
  const insertNightRun = database.prepare('INSERT OR IGNORE INTO nightRuns VALUES (?, ?)');

  const addVerdict = (run: number, { run: record }: StoredRun, { plan, verdict }: StoredCell) => {
    const machine = record.machine.kind;
    const cell = idOf(insertCell.get(record.scenario, plan.hash, machine, plan.name, JSON.stringify(plan.cell)));
    // A cell that was begun and has no verdict is a try all the same: it must not look untried.
    const { version = null, judgement, failure = null } = verdict ?? {};
    const [outcome, seconds]: [TryOutcome, number] = verdict ? [verdict.outcome, verdict.seconds] : ['not-finished', 0];
    const { bug = null, observed, expected } = judgement ?? {};
    const facts = [bug, observed ? JSON.stringify(observed) : null, expected ? JSON.stringify(expected) : null];
    const id = idOf(insertVerdict.get(run, cell, plan.repeat, outcome, version, ...facts, failure, seconds));
    for (const [place, figure] of (judgement?.slopes ?? []).entries()) {
      const { metric, unit, per, verdict: says, slope, intercept, low, high, threshold } = figure;
      insertFigure.run(id, place, metric, unit, per, says, slope, intercept, low, high, threshold);
    }
  };

  return {
    addRun(directory, stamp, stored) {
      const { scenario, state, startedAt, endedAt = null, machine, kernels = [], lab, cells } = stored.run;
      const booted = [...new Set(kernels.map(({ release }) => release))].toSorted().join(', ');
      const id = idOf(
        insertRun.get(
          directory,
          stamp,
          scenario,
          state,
          startedAt,
          endedAt,
          machine.kind,
          booted || machine.kernel,
          machine.kernelCommandLine,
          machine.cgroupVersion ?? null,
          machine.cpus,
          machine.memoryBytes,
          lab.revision,
          lab.version,
          cells.length,
        ),
      );
      for (const { name, version, commit, origin, binaries } of stored.run.builds) {
        const digest = binaries.find((binary) => binary.name === 'dockerd')?.sha256 ?? null;
        insertBuild.run(id, name, version, commit, fromOf(origin), digest);
      }
      for (const cell of stored.cells) addVerdict(id, stored, cell);
    },
    addNight(directory, stamp, night) {
      const { profile, state, startedAt, host, lab, valid, invalidBecause, runs } = night;
      const because = JSON.stringify(invalidBecause);
      const counts = valid === undefined ? null : Number(valid);
      const id = idOf(
        insertNight.get(directory, stamp, profile, state, startedAt, host, lab.revision, counts, because),
      );
      for (const run of runs) insertNightRun.run(id, run);
    },
  };
}

function places(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ');
}

function idOf(row: Record<string, unknown> | undefined): number {
  return Number(row?.['id']);
}
