import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { openHistory } from './history.ts';
import { brokenCell, makeNight, makeRun } from './testing/stored.ts';

test('a night whose controls came out wrong is shown and does not count', async (t) => {
  const results = scratch(t);
  const cells = (outcome: 'as-expected' | 'unexpected') => [{ levels: brokenCell, outcome }];
  const good = await makeRun(results, 'fake', '2026-11-01T02:00:01.000Z', cells('as-expected'));
  await makeNight(results, '2026-11-01T02:00:00.000Z', [good]);
  const bad = await makeRun(results, 'fake', '2026-11-02T02:00:01.000Z', cells('unexpected'));
  const why = { reason: 'control-not-tried', control: 'clean run' } as const;
  await makeNight(results, '2026-11-02T02:00:00.000Z', [bad], { valid: false, invalidBecause: [why] });
  using history = await openHistory(results);
  const { columns, rows } = history.matrix({ limit: 10 });
  t.deepEqual(
    columns.map(({ invalidBecause }) => invalidBecause),
    [[], [why]],
  );
  t.is(rows[0]?.entries.length, 2);
  t.is(rows[0]?.trend.state, 'passing');
});
