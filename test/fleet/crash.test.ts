import test from 'ava';
import { eventually } from '../support/eventually.ts';
import { startCoordinator, startWorker } from '../support/fleet.ts';
import { moods, runMoody } from '../support/moody-plan.ts';
import { startRedis } from '../support/redis.ts';

test('a host whose cells end without a result rests, and another one runs them', async (t) => {
  const { url } = await startRedis(t);
  const broken = await startWorker(t, url, 'broken', { runTry: () => Promise.reject(new Error('node cannot start')) });
  await startWorker(t, url, 'whole');
  const fleet = await eventually(() => startCoordinator(t, url));
  const { cells } = await runMoody(t, fleet, moods(...Array.from({ length: 30 }, () => 'good')));
  t.deepEqual(
    new Set(cells.map(({ verdict }) => `${verdict?.outcome} on ${verdict?.host}`)),
    new Set(['as-expected on whole']),
  );
  // Ten at once is the most that it took before the first of them had ended.
  t.true(broken.said.every((line) => line.endsWith(': crashed')));
});

test('a cell that takes its process along is given up after three attempts, as a failure of the infrastructure', async (t) => {
  const { url } = await startRedis(t);
  await startWorker(t, url, 'alpha');
  const fleet = await eventually(() => startCoordinator(t, url));
  const { cells } = await runMoody(t, fleet, moods('fatal', 'good'));
  const [fatal, good] = cells.map(({ verdict }) => verdict);
  t.is(fatal?.outcome, 'infra-failed');
  t.regex(
    fatal?.failure ?? '',
    /^No host of the fleet brought this cell to its end, in 3 attempts: running a cell in a process of its own: it ended with SIGKILL\n/,
  );
  t.is(good?.outcome, 'as-expected');
  t.is(fleet.counts.givenUp, 1);
});
