import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cellHash, cellName } from '../core/cell.ts';
import { openDatabase, transaction } from '../history/database.ts';
import { historyOf } from '../history/history.ts';
import { rowWriter, type RowWriter } from '../history/rows.ts';
import { matrixPage } from '../report/site/matrix-page.ts';
import type { RunRecord, VerdictRecord } from '../store/schema.ts';

/** Nights and cells a night: 100,000 tries of cells, three figures each. */
const [nights, cellsANight, metrics] = [100, 1000, ['fds', 'goroutines', 'heap-alloc']] as const;

/** Columns of a matrix page. */
const shown = 14;

/** Milliseconds of each question that a page asks. */
export type HistoryFigures = { cells: number; bytes: number } & { questions: { what: string; milliseconds: number }[] };

/** Fills a history of its own with cells that are made up, and asks it what pages ask. */
export function measureHistory(): HistoryFigures {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'lab-bench-'));
  try {
    const database = openDatabase(path.join(directory, 'history.sqlite'));
    transaction(database, () => fill(rowWriter(database)));
    const bytes = Number(database.prepare('PRAGMA page_count').get()?.['page_count']) * 4096;
    using history = historyOf(database);
    const { hash, scenario } = history.matrix({ limit: 1 }).rows[0] ?? { hash: '', scenario: '' };
    const keys = history.nights().map(({ key }) => key);
    const ask = (what: string, question: () => unknown) => {
      const begin = performance.now();
      question();
      return { what, milliseconds: performance.now() - begin };
    };
    const questions = [
      ask(`matrix of ${shown} nights`, () => history.matrix({ limit: shown })),
      ask('page of that matrix, drawn', () => matrixPage(history.matrix({ limit: shown }))),
      ask('nights', () => history.nights()),
      ask('one cell', () => history.cell(scenario, hash)),
      ask('two nights', () => history.compare(keys[0] ?? '', keys.at(-1) ?? '')),
      ask('how long a cell takes', () => history.expectedSeconds(scenario, hash)),
    ];
    return { cells: nights * cellsANight, bytes, questions };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** For people. */
export function describeHistory({ cells, bytes, questions }: HistoryFigures): string {
  const lines = questions.map(({ what, milliseconds }) => `${what}: ${milliseconds.toFixed(0)} ms`);
  return [`${cells.toLocaleString('en')} stored cells, ${Math.round(bytes / (1 << 20))} MiB`, ...lines].join('\n');
}

function fill(write: RowWriter): void {
  const lab = { version: '0', revision: '0', node: '24' };
  const plans = Array.from({ length: cellsANight }, (_, number) => {
    const cell = { daemon: `20.10.${number % 25}`, number: `${number}` };
    return { schema: 1 as const, name: cellName(cell), hash: cellHash(cell), cell, repeat: 1 };
  });
  for (let night = 0; night < nights; night++) {
    const startedAt = new Date(Date.UTC(2026, 0, 1 + night)).toISOString();
    const run: RunRecord = {
      schema: 1,
      scenario: 'synthetic',
      claim: '',
      state: 'finished',
      startedAt,
      commandLine: [],
      lab,
      jobs: 1,
      machine: {
        kind: 'local',
        machine: 'local',
        kernel: '6.1',
        kernelCommandLine: '',
        cpus: 2,
        memoryBytes: 1,
        limits: [],
      },
      builds: [],
      cells: plans.map(({ name }) => name),
      notes: [],
    };
    const cells = plans.map((plan, number) => ({ plan, directory: '', verdict: verdictOf(night, number) }));
    const directory = `synthetic/${night}`;
    write.addRun(directory, '', { directory, run, cells });
    write.addNight(`nights/${night}`, '', {
      schema: 2,
      profile: 'nightly',
      state: 'finished',
      startedAt,
      host: 'bench',
      lab,
      only: [],
      not: [],
      done: [],
      leftOut: [],
      runs: [directory],
      invalidBecause: [],
    });
  }
}

/** Most cells are as expected, some break for a while, some flip. */
function verdictOf(night: number, number: number): VerdictRecord {
  const bad = number % 50 === 0 ? night % 30 > 20 : number % 97 === 0 && night % 2 === 0;
  const slopes = metrics.map((metric) => ({
    metric,
    unit: metric,
    per: 'call',
    verdict: 'leak' as const,
    slope: 1 + night,
    intercept: 0,
    low: 0.5 + night,
    high: 1.5 + night,
    threshold: 0.01,
  }));
  const value = {
    kind: 'verdict',
    verdict: 'leak',
    slopes: slopes.map(({ metric, unit, per, slope }) => ({ metric, unit, per, slope })),
  } as const;
  const observed = [{ what: 'verdict' as const, value }];
  const judgement = { observed, expected: observed, reason: '', reference: '', checks: [], slopes };
  return {
    schema: 2,
    outcome: bad ? 'unexpected' : 'as-expected',
    judgement: { ...judgement, bug: 'present' },
    seconds: 20 + (number % 40),
    shares: {},
  };
}
