import { readdirSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { eventually } from '../support/eventually.ts';
import { startCoordinator, startWorker } from '../support/fleet.ts';
import { moods, runMoody } from '../support/moody-plan.ts';
import { startRedis } from '../support/redis.ts';

// A worker whose link is cut before it reads the answer sends its archive again; by then the coordinator may have a verdict.
test('an archive that is sent again after its result was accepted changes no verdict', async (t) => {
  const original = globalThis.fetch;
  const archives = new Map<string, () => Promise<Response>>();
  const again: number[] = [];
  globalThis.fetch = async (input, init) => {
    const address = typeof input === 'string' ? input : '';
    const [, what, job = ''] = /\/(results|ended)\/([^/]+)/.exec(address) ?? [];
    // Without the worker's signal: on a busy host its time may be over by then, and so may that of what it says at the end.
    if (what === 'results') archives.set(job, () => original(input, { ...init, signal: null }));
    const answer = original(input, init);
    if (what === 'ended') {
      await Promise.allSettled([answer]);
      again.push((await archives.get(job)?.())?.status ?? 0);
    }
    return answer;
  };
  t.teardown(() => (globalThis.fetch = original));
  const { url } = await startRedis(t);
  await startWorker(t, url, 'alpha');
  const fleet = await eventually(() => startCoordinator(t, url));
  const { cells, directory, seen } = await runMoody(t, fleet, moods(...Array.from({ length: 6 }, () => 'good')));
  // The worker has two places: when the run ends, what it sends for the last cell in each may be cut.
  const sent = () =>
    again.length >= 4 ? Promise.resolve() : Promise.reject(new Error(`${again.length} were sent again`));
  await t.notThrowsAsync(eventually(sent));
  // Taken and put aside, or no longer wanted.
  t.true(
    again.every((status) => status === 200 || status === 410),
    again.join(' '),
  );
  t.deepEqual(
    cells.map(({ verdict }) => verdict?.outcome),
    Array.from({ length: 6 }, () => 'as-expected'),
  );
  t.is(seen.filter((line) => line.includes(' ended ')).length, 6, 'each ended once');
  t.is(readdirSync(path.join(directory, 'cells')).length, 6);
});
