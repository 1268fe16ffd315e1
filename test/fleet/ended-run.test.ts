import { setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import { Redis } from 'ioredis';
import { runScenario } from '../../harness/run/run-scenario.ts';
import { eventually } from '../support/eventually.ts';
import { quickTimes, startCoordinator, startWorker } from '../support/fleet.ts';
import { moodyPlan, moods } from '../support/moody-plan.ts';
import { startRedis } from '../support/redis.ts';

test('a worker that lives on leaves the queues of a run that has ended', async (t) => {
  const { url } = await startRedis(t);
  const admin = new Redis(url);
  t.teardown(() => admin.disconnect());
  await startWorker(t, url, 'alpha');
  const fleet = await startCoordinator(t, url);
  await runScenario(await moodyPlan(t, moods('good')), fleet);
  // It expires between two checks.
  await eventually(async () => {
    if ((await admin.keys('leaklab:*:stalled-check')).length === 0) throw new Error('no queue is checked');
  });
  await fleet[Symbol.asyncDispose]();
  // A worker that has a queue open writes this key at least every second time that it checks for lost cells.
  const span = 2.5 * quickTimes.stalled;
  const untouched = async () => {
    for (let waited = 0; waited < span; waited += 100, await pause(100)) {
      const found = await admin.keys('leaklab:*:stalled-check');
      if (found.length > 0) throw new Error(`${found.join()} is still written`);
    }
  };
  await eventually(untouched);
  t.deepEqual((await admin.keys('leaklab:*')).toSorted(), ['leaklab:host:alpha', 'leaklab:hosts']);
});
