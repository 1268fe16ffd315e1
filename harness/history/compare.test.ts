import path from 'node:path';
import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { UsageError } from '../core/errors.ts';
import { openHistory } from './history.ts';
import { buildOf, makeRun, slope, threeNights } from './testing/stored.ts';

test('two runs, nights or builds beside each other', async (t) => {
  const results = scratch(t);
  const runs = await threeNights(results);
  const newer = { daemon: '26.1.5', mountFlags: 'slave' };
  await makeRun(
    results,
    'stats-leak',
    '2026-11-04T02:00:00.000Z',
    [{ levels: newer, outcome: 'as-expected', slopes: [slope(0)] }],
    {
      builds: [buildOf('26.1.5')],
    },
  );
  using history = await openHistory(results);
  const nights = history.compare('2026-11-01_02-00-00', 'nights/2026-11-03_02-00-00/');
  t.deepEqual(
    nights.changed.map(({ name, before, now }) => [name, before.tries[0].outcome, now.tries[0].outcome]),
    [['daemon=20.10.24/mountFlags=slave', 'as-expected', 'unexpected']],
  );
  t.deepEqual(
    nights.moved.map(({ slopes }) => slopes.map(({ now }) => now.metric)),
    [['fds']],
  );
  t.is(nights.same, 2);
  const same = history.compare(runs[1] ?? '', path.join(results, runs[1] ?? ''));
  t.deepEqual([same.changed, same.moved, same.same], [[], [], 3]);
  const builds = history.compare('20.10.24', '26.1.5');
  t.deepEqual(
    builds.changed.map(({ name, before }) => [name, before.tries[0].run]),
    [['daemon=26.1.5/mountFlags=slave', runs[2]]],
  );
  t.deepEqual(builds.onlyNow, []);
  t.is(builds.onlyBefore.length, 2);
  t.throws(() => history.compare('20.10.24', 'nothing'), {
    instanceOf: UsageError,
    message:
      'There is no night, run or build "nothing" in the history: name nights/START, SCENARIO/START, or a build by its version.',
  });
});
