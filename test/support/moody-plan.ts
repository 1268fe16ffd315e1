import type { ExecutionContext } from 'ava';
import type { Cell } from '../../harness/core/cell.ts';
import type { Dispatcher } from '../../harness/run/dispatcher.ts';
import type { RunPlan } from '../../harness/run/run-plan.ts';
import { runScenario } from '../../harness/run/run-scenario.ts';
import { readRun, type StoredRun } from '../../harness/store/read-run.ts';
import { createRunDirectory } from '../../harness/store/run-directory.ts';
import { fakeHost } from './fake-machine.ts';
import { moody, moodyKind } from './fleet-fakes.ts';
import { scratch } from './scratch.ts';

/** The cells with these moods, in this order. */
export function moods(...all: string[]): Cell[] {
  return all.map((mood, i) => ({ mood, number: `${i}` }));
}

/** The plan of a run of moody cells. */
export async function moodyPlan(t: ExecutionContext, cells: Cell[], more: Partial<RunPlan> = {}): Promise<RunPlan> {
  return {
    scenario: moody,
    cells,
    controls: [],
    builds: new Map(),
    kernels: new Map(),
    companion: (name) => Promise.reject(new Error(`${name} is not needed`)),
    kind: moodyKind(),
    host: fakeHost,
    directory: await createRunDirectory(scratch(t), 'moody', new Date(0)),
    jobs: 4,
    repeat: 1,
    notes: [],
    commandLine: ['npm', 'run', 'scenario', 'moody'],
    observer: { cellDoes: () => {}, cellEnded: () => {} },
    hold: () => Promise.resolve(),
    signal: new AbortController().signal,
    ...more,
  };
}

/** A run, as its files tell it. */
export interface RanMoody extends StoredRun {
  /** What the observer heard. */
  seen: string[];
}

/** Runs moody cells by an engine. */
export async function runMoody(
  t: ExecutionContext,
  dispatcher: Dispatcher,
  cells: Cell[],
  more: Partial<RunPlan> = {},
): Promise<RanMoody> {
  const seen: string[] = [];
  const observer: RunPlan['observer'] = {
    cellDoes: (name, { activity }) => seen.push(`${name}: ${activity}`),
    cellEnded: (name, { outcome }) => seen.push(`${name} ended ${outcome}`),
  };
  const plan = await moodyPlan(t, cells, { observer, ...more });
  await runScenario(plan, dispatcher);
  return { ...(await readRun(plan.directory.path)), seen };
}
