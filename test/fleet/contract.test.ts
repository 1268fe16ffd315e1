import { existsSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { cellName } from '../../harness/core/cell.ts';
import type { Dispatcher } from '../../harness/run/dispatcher.ts';
import { inProcess } from '../../harness/run/in-process.ts';
import { eventually } from '../support/eventually.ts';
import { patientTimes, startCoordinator, startWorker } from '../support/fleet.ts';
import { moods, runMoody } from '../support/moody-plan.ts';
import { moody } from '../support/fleet-fakes.ts';
import { startRedis } from '../support/redis.ts';

/** The engines of a run. What is true of one is true of the other. */
const engines: Record<string, (t: ExecutionContext) => Promise<Dispatcher>> = {
  'in process': (t) => {
    const dispatcher = inProcess();
    t.teardown(() => dispatcher[Symbol.asyncDispose]());
    return Promise.resolve(dispatcher);
  },
  'on a fleet': async (t) => {
    const { url } = await startRedis(t);
    await startWorker(t, url, 'alpha', { times: patientTimes });
    await startWorker(t, url, 'beta', { times: patientTimes });
    return eventually(() => startCoordinator(t, url, { times: patientTimes }));
  },
};

for (const [name, open] of Object.entries(engines)) {
  test(`${name}: each try has its verdict in its directory, in the order of the run`, async (t) => {
    const cells = moods('good', 'angry', 'good', '50ms', 'good');
    const { run: record, cells: stored, seen } = await runMoody(t, await open(t), cells);
    t.is(record.state, 'finished');
    t.deepEqual(
      stored.map(({ plan, verdict }) => [plan.name, plan.scenario, plan.repeat, verdict?.outcome]),
      cells.map((cell) => [cellName(cell), 'moody', 1, cell['mood'] === 'angry' ? 'infra-failed' : 'as-expected']),
    );
    t.is(stored[1]?.verdict?.failure, 'the cell is angry');
    t.deepEqual(
      seen.filter((line) => line.includes(' ended ')).toSorted(),
      stored.map(({ plan, verdict }) => `${plan.name} ended ${verdict?.outcome}`).toSorted(),
    );
    t.true(stored.every(({ directory }) => existsSync(`${directory}/events.ndjson`)));
  });

  test(`${name}: a repeat is a try of its own`, async (t) => {
    const { cells: stored } = await runMoody(t, await open(t), moods('good', 'good'), { repeat: 3 });
    t.deepEqual(
      stored.map(({ plan, verdict }) => [plan.cell['number'], plan.repeat, verdict?.outcome]),
      [0, 1].flatMap((cell) => [1, 2, 3].map((repeat) => [`${cell}`, repeat, 'as-expected'])),
    );
  });

  test(`${name}: a build that is not available is the verdict of its cells, and of no others`, async (t) => {
    const scenario = { ...moody, needs: ['daemon'] as const };
    const missing = { outcome: 'not-applicable', failure: 'there is no 1.13.1 here' } as const;
    const { cells: stored } = await runMoody(
      t,
      await open(t),
      [{ daemon: '1.13.1@mine', mood: 'good', number: '1' }, ...moods('good')],
      {
        scenario,
        builds: new Map([['1.13.1@mine', { name: '1.13.1@mine', fetch: () => Promise.resolve(missing) }]]),
      },
    );
    t.deepEqual(
      stored.map(({ verdict }) => verdict?.outcome),
      ['not-applicable', 'as-expected'],
    );
  });

  test(`${name}: what a cell does is told while it does it; an interrupted run leaves what never ended without a verdict`, async (t) => {
    const interrupt = new AbortController();
    const wanted = new Set([
      'mood=good/number=0 ended',
      'mood=endless/number=1: reading-containers',
      'mood=endless/number=2: reading-containers',
    ]);
    const hear = (line: string) => {
      wanted.delete(line);
      if (wanted.size === 0) interrupt.abort(new Error('enough'));
    };
    const { run: record, cells: stored } = await runMoody(t, await open(t), moods('good', 'endless', 'endless'), {
      signal: interrupt.signal,
      observer: {
        cellEnded: (cell) => hear(`${cell} ended`),
        cellDoes: (cell, { activity }) => hear(`${cell}: ${activity}`),
      },
    });
    t.is(record.state, 'interrupted');
    t.deepEqual(
      stored.filter(({ verdict }) => verdict).map(({ plan }) => plan.cell['mood']),
      ['good'],
    );
  });

  test(`${name}: a run without tries is over at once`, async (t) => {
    const { run: record, cells: stored } = await runMoody(t, await open(t), []);
    t.is(record.state, 'finished');
    t.deepEqual(stored, []);
  });
}
