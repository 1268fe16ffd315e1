import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type { CanaryRecord } from '../../harness/fleet/records.ts';
import { eventually } from '../support/eventually.ts';
import { startCoordinator, startWorker } from '../support/fleet.ts';
import { moods, runMoody } from '../support/moody-plan.ts';
import { startRedis } from '../support/redis.ts';

/** A canary that is healthy so many times, and then misses its planted leak. */
function fallsIllAfter(times: number): () => Promise<CanaryRecord> {
  let sung = 0;
  return () => {
    const good = ++sung <= times;
    const checks = [{ check: 'planted leak', good, found: good ? 'as-expected' : 'unexpected' }];
    return Promise.resolve({ at: new Date().toISOString(), good, checks });
  };
}

const withdrawn = test.macro(async (t, isHeard: (ended: number) => boolean) => {
  const original = globalThis.fetch;
  let ended = 0;
  globalThis.fetch = (input, init) => {
    const isEnd = typeof input === 'string' && input.includes('/ended/');
    return isEnd && !isHeard(++ended) ? Promise.resolve(new Response()) : original(input, init);
  };
  t.teardown(() => (globalThis.fetch = original));
  const { url } = await startRedis(t);
  await startWorker(t, url, 'ill', { most: 1, canary: { every: 2, sing: fallsIllAfter(2) } });
  const fleet = await eventually(() => startCoordinator(t, url));
  // The other host comes when this one has failed.
  const waiting = runMoody(t, fleet, moods(...Array.from({ length: 7 }, () => 'good')));
  while (fleet.counts.suspect === 0) await sleep(50);
  await startWorker(t, url, 'sound');
  const { cells, directory } = await waiting;
  // Two ran since its second canary; one from before it is suspect, too, when it came in after that.
  const { suspect } = fleet.counts;
  t.true(suspect === 2 || suspect === 3, `${suspect}`);
  t.is(cells.length, 7);
  const by = (host: string) => cells.filter(({ verdict }) => verdict?.host === host).length;
  t.deepEqual([by('ill'), by('sound')], [4 - suspect, 3 + suspect]);
  t.true(cells.every(({ verdict }) => verdict?.outcome === 'as-expected'));
  const events = readFileSync(path.join(directory, 'fleet.ndjson'), 'utf8').trim().split('\n');
  const suspects = events
    .map((line): Record<string, string> => JSON.parse(line))
    .filter(({ code }) => code === 'suspect');
  t.is(suspects.length, suspect);
  // The withdrawn directory is kept as an attempt, with its verdict.
  for (const { file = '' } of suspects) t.true(existsSync(path.join(directory, file, 'verdict.json')), file);
});

test.serial('the results of a host since its last good canary are withdrawn, and run elsewhere', withdrawn, () => true);

// The coordinator compares what is outstanding once a second, and knows by then that the host has failed.
test.serial('a result that comes in after its host has failed is withdrawn, too', withdrawn, (ended) => ended !== 4);
