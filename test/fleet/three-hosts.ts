import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { connectFleet } from '../../harness/fleet/connect.ts';
import { readHosts } from '../../harness/fleet/hosts.ts';
import { home, insideNamespaces, makeHost, makeNetwork } from '../support/fleet-network.ts';
import { redisIn, safeSettings } from '../../harness/fleet/local/redis.ts';

/**
 * `NODE three-hosts.ts DIRECTORY [WORD…]`: a night on a fleet of three hosts, each in a network namespace of its own, with the real
 * commands: one host offers the machine local, one a single cell of it at a time, and one the machine microvm. The words select the night;
 * its results are `DIRECTORY/results`.
 */
const [, , directory = '', ...words] = process.argv;
if (process.env['THREE_HOSTS_INSIDE'] === undefined) {
  const [unshare, ...flags] = insideNamespaces;
  const own = [process.execPath, ...process.argv.slice(1)];
  const child = spawn(unshare, [...flags, ...own], {
    stdio: 'inherit',
    env: { ...process.env, THREE_HOSTS_INSIDE: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill('SIGTERM'));
  const [code] = await once(child, 'exit');
  process.exit(typeof code === 'number' ? code : 1);
}

const start = path.resolve(import.meta.dirname, '../../harness/cli/start.js');
await makeNetwork();
const redis = await redisIn(directory, safeSettings, home);
const offers = { large: ['local'], small: ['local', '--jobs', '1'], virtual: ['microvm', '--jobs', '2'] };
const workers = [];
for (const [i, [name, offer]] of Object.entries(offers).entries()) {
  const host = await makeHost(i + 1);
  const [program = '', ...enter] = host.enter;
  const command = [
    ...enter,
    process.execPath,
    start,
    'lab',
    'worker',
    '--fleet',
    redis.url,
    '--name',
    name,
    '--machine',
    ...offer,
  ];
  const worker = spawn(program, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(path.join(directory, `${name}.log`));
  worker.stdout.pipe(log, { end: false });
  worker.stderr.pipe(log, { end: false });
  workers.push(worker);
}
const fleet = await connectFleet(redis.url);
// Each has to find a planted leak before it takes cells.
const died = Promise.race(workers.map((worker) => once(worker, 'exit')));
let isDead = false;
void died.then(() => (isDead = true));
while (!isDead && (await readHosts(fleet)).filter(({ state }) => state === 'ready').length < workers.length)
  await sleep(500);
fleet.disconnect();
const matrix = [
  'matrix',
  '--fleet',
  redis.url,
  '--results',
  `${home}:7070`,
  '--out',
  path.join(directory, 'results'),
  ...words,
];
const night = await execa(process.execPath, [start, ...matrix], {
  reject: false,
  stdio: ['ignore', 'inherit', 'inherit'],
});
const ends = workers.map((worker) => once(worker, 'exit'));
for (const worker of workers) worker.kill('SIGTERM');
await Promise.all(ends);
await redis.end();
process.exit(night.exitCode ?? 1);
