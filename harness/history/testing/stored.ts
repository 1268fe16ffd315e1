import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Fact } from '../../judge/check.ts';
import { allValue } from '../../judge/value.ts';
import type { SlopeFigure } from '../../judge/verdict-record.ts';
import type { Cell } from '../../core/cell.ts';
import { cellName } from '../../core/cell.ts';
import type { NightRecord } from '../../store/night-record.ts';
import type { Outcome } from '../../core/outcome.ts';
import { writeJson } from '../../store/files.ts';
import { createRunDirectory } from '../../store/run-directory.ts';
import type { RunRecord, VerdictRecord } from '../../store/schema.ts';

/** A cell of a run that is made up for a test. */
export interface MadeCell {
  levels: Cell;
  outcome?: Outcome;
  seconds?: number;
  slopes?: SlopeFigure[];
  /** 1 unless it says otherwise. */
  repeat?: number;
  /** Other fields of its verdict. */
  verdict?: Partial<VerdictRecord>;
}

const lab = { version: '0.1.0', revision: '0123456789abcdef', node: '24.21.0' };

/** Writes a run as the lab does. Returns its directory, relative to the results. */
export async function makeRun(
  results: string,
  scenario: string,
  startedAt: string,
  cells: MadeCell[],
  changes: Partial<RunRecord> = {},
): Promise<string> {
  const directory = await createRunDirectory(results, scenario, new Date(startedAt));
  for (const { levels, repeat = 1, ...made } of cells) {
    const cell = await directory.beginCell(levels, repeat);
    if (made.outcome !== undefined) await cell.writeVerdict(verdictOf(made.outcome, made));
  }
  await directory.writeRun({
    schema: 1,
    scenario,
    claim: 'A fake shows nothing.',
    state: 'finished',
    startedAt,
    endedAt: startedAt,
    commandLine: ['npm', 'run', 'scenario', scenario],
    lab,
    jobs: 2,
    machine: {
      kind: 'local',
      machine: 'local',
      kernel: '6.1.0-50-cloud-amd64',
      kernelCommandLine: 'quiet',
      cgroupVersion: 1,
      cpus: 2,
      memoryBytes: 24 * 2 ** 30,
      limits: [],
    },
    builds: [buildOf('20.10.24')],
    cells: [...new Set(cells.map(({ levels }) => cellName(levels)))],
    notes: [],
    ...changes,
  });
  return path.relative(results, directory.path);
}

/** Writes a night as the lab does. Returns its directory, relative to the results. */
export async function makeNight(
  results: string,
  startedAt: string,
  runs: string[],
  changes: Partial<NightRecord> = {},
): Promise<string> {
  const directory = `nights/${startedAt.replaceAll(':', '-').replace('T', '_').slice(0, 19)}`;
  await mkdir(path.join(results, directory), { recursive: true });
  const night: NightRecord = {
    schema: 2,
    profile: 'nightly',
    state: 'finished',
    startedAt,
    endedAt: startedAt,
    host: 'lab-1',
    lab,
    only: [],
    not: [],
    done: [],
    leftOut: [],
    runs,
    valid: true,
    invalidBecause: [],
    ...changes,
  };
  await writeJson(path.join(results, directory, 'night.json'), night);
  return directory;
}

/** A slope whose interval reaches half a unit to either side. */
export function slope(value: number, metric = 'fds'): SlopeFigure {
  return {
    metric,
    unit: 'fds',
    per: 'call',
    verdict: value > 0.5 ? 'leak' : 'no-leak',
    slope: value,
    intercept: 10,
    low: value - 0.5,
    high: value + 0.5,
    threshold: 0.5,
  };
}

/** A build of Debian's. */
export function buildOf(version: string): RunRecord['builds'][number] {
  return {
    name: version,
    version,
    commit: '5d6db84',
    origin: { kind: 'debian', suite: 'bookworm', package: 'docker.io', version: `${version}+dfsg1-1` },
    userland: { name: 'bookworm', packages: {} },
    binaries: [{ name: 'dockerd', path: '/usr/sbin/dockerd', sha256: 'ab'.repeat(32) }],
  };
}

function verdictOf(outcome: Outcome, { seconds = 20, slopes, verdict }: Omit<MadeCell, 'levels'>): VerdictRecord {
  const judged = ['as-expected', 'unexpected', 'inconclusive'].includes(outcome);
  return {
    schema: 2,
    outcome,
    ...(judged
      ? {
          judgement: {
            observed: [namespaces(outcome === 'unexpected' ? 'lost' : 'nsfs')],
            expected: [namespaces('nsfs')],
            reason: 'nothing was restarted (control)',
            reference: 'moby issue 30274',
            checks: [],
            bug: 'absent',
            ...(slopes && { slopes }),
          },
        }
      : { failure: 'no route to host' }),
    seconds,
    shares: {},
    ...verdict,
  };
}

/** The fact that all namespaces are lost, or kept. */
export function namespaces(code: 'lost' | 'nsfs', count = 3): Fact {
  return { what: 'network-namespaces', value: allValue(count, code) };
}

/** Levels of the cell that {@link threeNights} breaks, and of those beside it. */
export const brokenCell = { daemon: '20.10.24', mountFlags: 'slave' };
export const wholeCell = { daemon: '20.10.24', mountFlags: 'unset' };
const control = { control: 'planted leak', daemon: '20.10.24' };

/** Three nights, of which the second broke a cell, and a run by hand between them; the directories of the runs. */
export async function threeNights(results: string): Promise<string[]> {
  const runs: string[] = [];
  for (const [day, outcome, value] of [
    ['01', 'as-expected', 1],
    ['02', 'unexpected', 1],
    ['03', 'unexpected', 5],
  ] as const) {
    const run = await makeRun(results, 'stats-leak', `2026-11-${day}T02:00:01.000Z`, [
      { levels: brokenCell, outcome, slopes: [slope(value), slope(2, 'goroutines')], seconds: Number(day) * 10 },
      { levels: wholeCell, outcome: 'as-expected' },
      { levels: control, outcome: 'as-expected' },
    ]);
    runs.push(run);
    await makeNight(results, `2026-11-${day}T02:00:00.000Z`, [run]);
  }
  runs.push(
    await makeRun(results, 'mount-busy', '2026-11-02T12:00:00.000Z', [{ levels: wholeCell, outcome: 'infra-failed' }], {
      machine: {
        kind: 'microvm',
        machine: 'microvm (TCG)',
        kernel: '6.1.0',
        kernelCommandLine: '',
        cpus: 2,
        memoryBytes: 1,
        limits: [],
      },
      kernels: [{ name: '5.10', release: '5.10.0-32-cloud-amd64', packages: {}, sha256: 'cd'.repeat(32) }],
    }),
  );
  return runs;
}
