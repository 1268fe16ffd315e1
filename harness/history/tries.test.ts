import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { openHistory } from './history.ts';
import { brokenCell, makeRun } from './testing/stored.ts';

test('repeats that contradict each other are a flake, kept side by side', async (t) => {
  const results = scratch(t);
  await makeRun(results, 'fake', '2026-11-01T02:00:00.000Z', [
    { levels: brokenCell, outcome: 'as-expected' },
    { levels: brokenCell, outcome: 'unexpected', repeat: 2 },
  ]);
  using history = await openHistory(results);
  const [row] = history.matrix({ limit: 1 }).rows;
  t.deepEqual(
    row?.entries[0]?.tries.map(({ number, outcome }) => [number, outcome]),
    [
      [1, 'as-expected'],
      [2, 'unexpected'],
    ],
  );
  t.true(row?.entries[0]?.flaky);
  t.is(row?.trend.state, 'flaky');
  using database = new DatabaseSync(path.join(results, 'history.sqlite'), { readOnly: true });
  t.deepEqual({ ...database.prepare('SELECT tries, outcomes FROM flakes').get() }, { tries: 2, outcomes: 2 });
});
