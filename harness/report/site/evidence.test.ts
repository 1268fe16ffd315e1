import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { declaredOf, scenarios } from '../../../scenarios/index.ts';
import { scratch } from '../../../test/support/scratch.ts';
import { openHistory } from '../../history/history.ts';
import { readRun } from '../../store/read-run.ts';
import { evidenceKinds } from '../../evidence/registry.ts';
import { renderers } from '../kinds/renderers.ts';
import { readEvidence } from './evidence.ts';
import { writeSite } from './write-site.ts';

/** Runs on real dockers and a real kernel, of schema 1. */
const recorded = path.resolve(import.meta.dirname, '../../run/testing/recorded');
const remedies = 'remedies/2026-11-25_23-58-09';

/** A copy of the recorded runs, in which the observations of one cell were changed. */
function changed(
  t: ExecutionContext,
  change: (observations: Record<string, unknown>) => unknown,
): { out: string; cell: string } {
  const out = path.join(scratch(t), 'results');
  cpSync(recorded, out, { recursive: true });
  const cells = path.join(out, remedies, 'cells');
  const cell = readdirSync(cells).find((name) => name.includes('remedy=')) ?? '';
  const file = path.join(cells, cell, 'observations.json');
  const observations: Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify(change(observations)));
  return { out, cell };
}

/** The page of the run of remedies. */
async function pageIn(out: string): Promise<string> {
  using history = await openHistory(out);
  const to = path.join(out, 'report');
  const conclusionOf = () => Promise.resolve([]);
  await writeSite({ history, results: out, out: to, limit: 14, conclusionOf, scenarios: [], declaredOf });
  return readFileSync(path.join(to, 'runs', `${remedies}.html`), 'utf8').replaceAll(/\s+/g, ' ');
}

test('a run of schema 1 shows each of its members', async (t) => {
  const { run, cells } = await readRun(path.join(recorded, remedies));
  for (const cell of cells.filter(({ verdict }) => verdict?.judgement)) {
    const declared = declaredOf(run, cell.plan);
    const { evidence, damaged } = await readEvidence(cell, declared);
    t.deepEqual(damaged, [], cell.plan.name);
    const wanted = (declared?.members ?? []).filter(({ optional }) => !optional).map(({ name }) => name);
    const names = new Set(evidence.map(({ member }) => member));
    t.deepEqual(
      wanted.filter((name) => !names.has(name)),
      [],
      cell.plan.name,
    );
  }
  const page = await pageIn(changed(t, (observations) => observations).out);
  for (const title of [
    'Network namespaces: remedied',
    'Calls that waited',
    'Stats calls: lost',
    'Who is calling',
    'What goroutines wait for',
    'Time: outage seconds',
  ])
    t.true(page.includes(title), title);
  t.false(page.includes('could not be read'));
});

test('a member that cannot be read is named on the page, and the others are shown', async (t) => {
  const { out, cell } = changed(t, (observations) => ({ ...observations, stuck: { before: 'many' } }));
  const page = await pageIn(out);
  t.true(page.includes('could not be read</span> 1 file of this run'), page.slice(0, 4000));
  t.true(
    page.includes(
      `<code>${cell}/observations.json</code>: stuck: Invalid input: expected number, received string at before, and 2 more`,
    ),
  );
  t.true(page.includes('Network namespaces: remedied'));
});

test('a kind that this lab does not have is named on the page', async (t) => {
  const declared = scenarios.find(({ name }) => name === 'remedies')?.observations;
  const { out, cell } = changed(t, (observations) => {
    const stored = declared?.store(observations);
    return { ...stored, evidence: { ...stored?.evidence, fresh: { kind: 'no-such', value: 'nsfs' } } };
  });
  const page = await pageIn(out);
  t.true(page.includes(`<code>${cell}/observations.json</code>: fresh: no kind of evidence is called no-such`));
  t.true(page.includes('Network namespaces: remedied'));
});

test('each kind has a title of its own', (t) => {
  const titles = Object.values(renderers).map(({ title }) => title);
  t.is(new Set(titles).size, Object.keys(evidenceKinds).length);
});
