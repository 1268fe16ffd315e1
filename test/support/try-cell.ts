import { readdir, readFile } from 'node:fs/promises';
import type { ExecutionContext } from 'ava';
import { z } from 'zod';
import { runCell, type CellPlan } from '../../harness/run/run-cell.ts';
import type { Scenario } from '../../harness/run/scenario.ts';
import type { Outcome } from '../../harness/core/outcome.ts';
import { readJson } from '../../harness/store/files.ts';
import { createRunDirectory } from '../../harness/store/run-directory.ts';
import { verdictRecord, type VerdictRecord } from '../../harness/store/schema.ts';
import { fakeBuild, fakeHost, fakeKind, type FakeAnswers } from './fake-machine.ts';
import { fakeScenario } from './fake-scenario.ts';
import { scratch } from './scratch.ts';

/** The result of a cell that was tried with fakes. */
export interface Tried {
  /** Without a verdict it was interrupted. */
  outcome: Outcome | 'interrupted';
  /** Why there is no judgement, as the verdict or, without one, the last event says. */
  failure: string | undefined;
  judgement: VerdictRecord['judgement'];
  /** The codes of the cell's activities. */
  did: string[];
  stored: string[];
  machines: number;
}

/** Runs a cell with fakes and checks what holds for every cell: what is returned is stored, no machine is left. */
export async function tryCell(
  t: ExecutionContext,
  scenario: Partial<Scenario>,
  answers: FakeAnswers = {},
  overrides: Partial<CellPlan> = {},
): Promise<Tried> {
  const run = await createRunDirectory(scratch(t), 'fake', new Date(0));
  const directory = await run.beginCell({ mood: 'good' }, 1);
  const kind = fakeKind(answers);
  const did: string[] = [];
  const plan: CellPlan = {
    scenario: fakeScenario(scenario),
    cell: { mood: 'good' },
    build: fakeBuild,
    kind,
    host: fakeHost,
    directory,
    doing: ({ activity }) => void did.push(activity),
    hold: () => Promise.resolve(),
    signal: new AbortController().signal,
    ...overrides,
  };
  const verdict = await runCell(plan);
  t.true(kind.machines.every(({ disposals }) => disposals === 1));
  const stored = (await readdir(directory.path)).sort();
  const events = (await readFile(directory.file('events.ndjson'), 'utf8')).trim().split('\n');
  const { code, message } = lastEvent.parse(JSON.parse(events.at(-1) ?? ''));
  const seen = { did, stored, machines: kind.machines.length };
  if (!verdict) {
    t.is(code, 'interrupted');
    return { outcome: 'interrupted', failure: message, judgement: undefined, ...seen };
  }
  const { outcome, failure, judgement, version } = verdict;
  t.deepEqual(await readJson<unknown>(directory.file('verdict.json'), verdictRecord), verdict);
  t.is(version, plan.build?.version);
  if (failure !== undefined) t.deepEqual({ code, message }, { code: 'failed', message: failure });
  return { outcome, failure, judgement, ...seen };
}

const lastEvent = z.object({ code: z.string(), message: z.string().optional() });
