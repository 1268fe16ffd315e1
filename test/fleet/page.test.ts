import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { z } from 'zod';
import { connectFleet } from '../../harness/fleet/connect.ts';
import { openFleetPage } from '../../harness/report/fleet/page.ts';
import { runScenario } from '../../harness/run/run-scenario.ts';
import { startCoordinator, startWorker } from '../support/fleet.ts';
import { eventually } from '../support/eventually.ts';
import { moodyPlan, moods } from '../support/moody-plan.ts';
import { startRedis } from '../support/redis.ts';

/** The answer to a request; a Host header of its own is more than fetch allows. */
function ask(
  port: number,
  path: string,
  { method = 'GET', host = `127.0.0.1:${port}` }: { method?: string; host?: string } = {},
): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    httpRequest({ port, host: '127.0.0.1', path, method, headers: { host } }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    })
      .on('error', reject)
      .end();
  });
}

/** What bull-board answers about queues, as far as it is looked at. */
const board = z.object({
  queues: z.array(
    z.object({ name: z.string(), readOnlyMode: z.boolean(), jobs: z.array(z.object({ id: z.string() })) }),
  ),
});

test('the pages show a run while it goes on, and change nothing', async (t) => {
  const { url } = await startRedis(t);
  await startWorker(t, url, 'alpha');
  const fleet = await eventually(() => startCoordinator(t, url));
  const redis = await connectFleet(url);
  t.teardown(() => redis.disconnect());
  const page = await openFleetPage({ port: 0, redis, fleet });
  t.teardown(() => page[Symbol.asyncDispose]());
  const { port } = page;

  const interrupt = new AbortController();
  const [waiting, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const plan = await moodyPlan(t, moods('good', 'endless'), {
    signal: interrupt.signal,
    observer: {
      cellEnded: () => ended.resolve(),
      cellDoes: (cell, { activity }) => {
        if (cell.startsWith('mood=endless') && activity === 'reading-containers') waiting.resolve();
      },
    },
  });
  const running = runScenario(plan, fleet);
  await Promise.all([waiting.promise, ended.promise]);

  const { status, body } = await ask(port, '/');
  t.is(status, 200);
  const words = body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  t.true(words.includes(`The run ${fleet.session}: 1 of 2 cells have ended.`), words);
  t.regex(words, /alpha ready [12] 2 fake none yet/);
  t.regex(words, /moody on fake/);
  t.regex(words, /mood=good\/number=0 \S* ?as expected alpha/);
  t.regex(words, /mood=endless\/number=1 reading[^<]* alpha/);
  t.is((await ask(port, '/style.css')).status, 200);
  t.is((await ask(port, '/absent')).status, 404);

  const metrics = await ask(port, '/metrics');
  t.is(metrics.status, 200);
  for (const line of metrics.body.split('\n').filter((one) => one !== ''))
    t.regex(
      line,
      /^(?:# (?:HELP|TYPE) leaklab_fleet_\w+ .+|leaklab_fleet_\w+(?:\{(?:\w+="[^"]*",?)*\})? -?[\d.e+-]+)$/,
      line,
    );
  t.true(metrics.body.includes('leaklab_fleet_cells{state="submitted"} 2\n'), metrics.body);
  t.true(metrics.body.includes('leaklab_fleet_cells{state="accepted"} 1\n'));
  t.true(metrics.body.includes('leaklab_fleet_host_cells{host="alpha",state="ready"} '));
  t.true(metrics.body.includes('leaklab_fleet_queue_cells{machine="fake",daemon="",kernel="",state="running"} 1\n'));

  const [queue = ''] = fleet.queues;
  t.is((await ask(port, '/queues')).status, 200);
  const listed = board.parse(
    JSON.parse(
      (await ask(port, `/queues/api/queues?activeQueue=${encodeURIComponent(queue)}&status=active&page=1`)).body,
    ),
  );
  const [shown] = listed.queues;
  t.is(shown?.name, queue);
  t.true(shown?.readOnlyMode);
  const [job] = shown?.jobs ?? [];
  t.true(job?.id.startsWith(fleet.session), JSON.stringify(listed));

  const base = `/queues/api/queues/${encodeURIComponent(queue)}`;
  for (const [method, path] of [
    ['PUT', `${base}/${job?.id}/retry`],
    ['PUT', `${base}/${job?.id}/clean`],
    ['PUT', `${base}/${job?.id}/promote`],
    ['PATCH', `${base}/${job?.id}/update-data`],
    ['PUT', `${base}/retry/failed`],
    ['PUT', `${base}/clean/active`],
    ['PUT', `${base}/pause`],
    ['PUT', `${base}/concurrency`],
    ['PUT', `${base}/empty`],
    ['PUT', `${base}/obliterate`],
    ['POST', `${base}/add`],
    ['PUT', '/queues/api/queues/pause'],
    ['PUT', '/queues/api/queues/resume'],
    ['DELETE', '/'],
  ] as const)
    t.deepEqual(
      await ask(port, path, { method }),
      { status: 405, body: 'These pages only show: GET and HEAD alone are answered.\n' },
      `${method} ${path}`,
    );
  t.is(await redis.exists(`leaklab:${queue}:${job?.id}`), 1);
  t.is(await redis.hexists(`leaklab:${queue}:meta`, 'paused'), 0);

  t.deepEqual(await ask(port, '/', { host: `evil.example:${port}` }), {
    status: 403,
    body: 'Ask for http://127.0.0.1 or http://localhost.\n',
  });
  t.is((await ask(port, '/metrics', { host: 'evil.example' })).status, 403);
  t.is((await ask(port, '/queues', { host: `127.0.0.1.evil.example:${port}` })).status, 403);
  t.is((await ask(port, '/', { host: `localhost:${port}` })).status, 200);
  interrupt.abort(new Error('enough'));
  await running;
});

test('a port that is taken is named', async (t) => {
  const { url } = await startRedis(t);
  await startWorker(t, url, 'alpha');
  const fleet = await eventually(() => startCoordinator(t, url));
  const redis = await connectFleet(url);
  t.teardown(() => redis.disconnect());
  const page = await openFleetPage({ port: 0, redis, fleet });
  t.teardown(() => page[Symbol.asyncDispose]());
  const error = await t.throwsAsync(openFleetPage({ port: page.port, redis, fleet }));
  t.is(
    error.message,
    [
      `serving the page of the fleet: listen EADDRINUSE: address already in use 127.0.0.1:${page.port}`,
      `  expected: port ${page.port} of 127.0.0.1 is free`,
      '  what you can do: name another one with --page',
    ].join('\n'),
  );
});
