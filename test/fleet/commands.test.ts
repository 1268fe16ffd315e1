import test from 'ava';
import { connectFleet } from '../../harness/fleet/connect.ts';
import { runScenario } from '../../harness/run/run-scenario.ts';
import { cli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { startCoordinator, startWorker } from '../support/fleet.ts';
import { moodyPlan, moods } from '../support/moody-plan.ts';
import { startRedis } from '../support/redis.ts';

test('hosts, status, cancel and drain, on a run that goes on', async (t) => {
  const { url } = await startRedis(t);
  const fleetCommand = (...words: string[]) => cli(['lab', 'fleet', ...words, '--fleet', url]);
  const worker = await startWorker(t, url, 'alpha');
  const interrupt = new AbortController();
  const fleet = await eventually(() =>
    startCoordinator(t, url, { onCancel: () => interrupt.abort(new Error('cancelled')) }),
  );
  const waiting = Promise.withResolvers<void>();
  const plan = await moodyPlan(t, moods('endless'), {
    signal: interrupt.signal,
    observer: {
      cellEnded: () => {},
      cellDoes: (_cell, { activity }) => {
        if (activity === 'reading-containers') waiting.resolve();
      },
    },
  });
  const run = runScenario(plan, fleet);
  await waiting.promise;

  const hosts = await fleetCommand('hosts');
  t.is(hosts.exitCode, 0);
  t.regex(
    hosts.stdout,
    /^alpha {2}ready, 1 cells running, 2 CPUs, 8\.0 GiB\n {2}machines: fake; cached: nothing\n {2}! it runs the lab 0\.0\.0 at abcdef0, and this is \S+ at \S+: it gets no cells of yours$/,
  );
  const status = await fleetCommand();
  t.true(status.stdout.startsWith(`${fleet.session}  from `), status.stdout);
  t.true(status.stdout.includes(': 0 of 1 cells\n  fake: 1 running, 0 next\n'), status.stdout);
  t.true(status.stdout.endsWith(hosts.stdout), status.stdout);

  t.deepEqual(await fleetCommand('drain', 'alhpa'), {
    exitCode: 64,
    stdout: '',
    stderr: 'The fleet has no host "alhpa". Did you mean "alpha"? Known: alpha.',
  });
  const other = `${fleet.session.slice(0, -1)}z`;
  t.deepEqual(await fleetCommand('cancel', other), {
    exitCode: 64,
    stdout: '',
    stderr: `The fleet has no run "${other}". Did you mean "${fleet.session}"? Known: ${fleet.session}.`,
  });

  t.deepEqual(await fleetCommand('cancel', fleet.session), {
    exitCode: 0,
    stdout: `${fleet.session} is being cancelled: its cells end within 5 seconds, and its night can be resumed.`,
    stderr: '',
  });
  await run;
  await eventually(() =>
    worker.said.some((line) => line === `${fleet.session}.0000001, attempt 1: cancelled`)
      ? Promise.resolve()
      : Promise.reject(new Error(worker.said.join('\n'))),
  );

  t.deepEqual(await fleetCommand('drain', 'alpha'), {
    exitCode: 0,
    stdout: 'alpha ends what it runs, and takes no more. Its worker ends then.',
    stderr: '',
  });
  t.is(await worker.ended, 'drained');
  t.is(
    (await fleetCommand('hosts')).stdout,
    'No worker is alive. Start one on each host: npm run lab -- worker --fleet URL',
  );
});

test('a second worker of one name, and a run of another lab, are refused', async (t) => {
  const { url } = await startRedis(t);
  await startWorker(t, url, 'alpha');
  const joined = await eventually(async () => {
    const fleet = await startCoordinator(t, url);
    return fleet.hosts.get('alpha');
  });
  const second = await startWorker(t, url, 'alpha');
  const error = await t.throwsAsync(second.ended);
  const [first = '', ...rest] = error.message.split('\n');
  t.regex(
    first,
    new RegExp(
      `^joining the fleet as alpha: one has it since ${joined?.since.replaceAll('.', String.raw`\.`)}, and was alive at \\S+Z$`,
    ),
  );
  t.deepEqual(rest, [
    '  expected: no other worker has this name',
    '  what you can do: name this one with --name, or wait until the other one is gone',
  ]);
  const lab = { version: '0.1.0', revision: '1234567890abcdef' };
  await t.throwsAsync(startCoordinator(t, url, { lab }), {
    message: [
      'beginning a run on the fleet: these run others: alpha (0.0.0 at abcdef0)',
      '  expected: at least one worker that runs this lab, 0.1.0 at 1234567',
      '  what you can do: start one on each host, with the same revision: npm run lab -- worker --fleet URL',
    ].join('\n'),
  });
});

for (const [setting, wanted, found, settings] of [
  ['maxmemory-policy', 'noeviction', 'allkeys-lru', ['--appendonly', 'yes', '--maxmemory-policy', 'allkeys-lru']],
  ['appendonly', 'yes', 'no', ['--appendonly', 'no', '--maxmemory-policy', 'noeviction']],
] as const)
  test(`a Redis with ${setting} ${found} is refused`, async (t) => {
    const { url, port } = await startRedis(t, settings);
    await t.throwsAsync(connectFleet(url), {
      message: [
        `connecting to the fleet at redis://127.0.0.1:${port}: it has ${setting} ${found}`,
        `  expected: ${setting} ${wanted}: with another one Redis may lose cells`,
        `  what you can do: redis-cli CONFIG SET ${setting} ${wanted}, and the same in redis.conf`,
      ].join('\n'),
    });
  });

test('a worker with a wrong password says so, and not the password', async (t) => {
  const { port } = await startRedis(t, [
    '--appendonly',
    'yes',
    '--maxmemory-policy',
    'noeviction',
    '--requirepass',
    'right',
  ]);
  const { exitCode, stdout, stderr } = await cli(['lab', 'worker', '--fleet', `redis://127.0.0.1:${port}`], {
    DOCKERD_LEAK_LAB_FLEET_PASSWORD: 'wrong',
  });
  t.is(exitCode, 3);
  t.is(stdout, '');
  t.is(
    stderr,
    [
      `connecting to the fleet at redis://127.0.0.1:${port}: WRONGPASS invalid username-password pair or user is disabled.`,
      '  expected: a Redis or Valkey that answers',
      '  what you can do: start one with: redis-server --appendonly yes --maxmemory-policy noeviction',
    ].join('\n'),
  );
});
