import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { callStats } from '../harness/clients/stats-call.ts';
import { streamStats } from '../harness/clients/stats-stream.ts';
import { countTicks, type TickCounter } from '../harness/clients/tick-counter.ts';
import { importImage, runContainer, type Container } from '../harness/daemons/containers.ts';
import { startDockerd, type Dockerd } from '../harness/daemons/dockerd.ts';
import { replicaBuild, replicaOrigin, type ReplicaOptions } from '../harness/daemons/replica/build.ts';
import { machineKinds } from '../harness/machines/kinds.ts';
import { openLocalMachine } from '../harness/machines/local/local.ts';
import { matchingLines, patterns } from '../harness/probes/daemon-log.ts';
import { runCell } from '../harness/run/run-cell.ts';
import { createRunDirectory } from '../harness/store/run-directory.ts';
import { netnsRestore } from '../scenarios/netns-restore.ts';
import { cacheDirectory } from '../vms/cache.ts';
import { scratch } from './support/cli.ts';

const budget = { memoryBytes: 1 << 30, diskBytes: 256 << 20, seconds: 120 };
const obtaining = { cache: cacheDirectory(), progress: () => {} };

test.serial('netns-restore on the replica: judged as 1.13.1, every cell is as expected', async (t) => {
  const [kind] = machineKinds;
  if (!kind) throw new Error('there is no kind of machine');
  const build = await replicaBuild(obtaining);
  t.is(build.name, 'replica 1.13.1');
  t.like(build, { version: '1.13.1', commit: 'replica' });
  t.true(JSON.stringify(build.origin).includes((await replicaOrigin()).sha256));
  const run = await createRunDirectory(scratch(t), netnsRestore.name, new Date());
  const levels = [
    { mountFlags: 'slave', liveRestore: 'on', starts: 'restarted' },
    { mountFlags: 'private', liveRestore: 'on', starts: 'restarted-twice' },
    { mountFlags: 'unset', liveRestore: 'on', starts: 'restarted' },
    { mountFlags: 'slave', liveRestore: 'off', starts: 'restarted' },
    { mountFlags: 'slave', liveRestore: 'on', starts: 'fresh' },
  ];
  const host = await kind.describe();
  const tried = levels.map(async (level, index) => {
    const cell = { daemon: build.name, ...level, systemd: '219' };
    const directory = await run.beginCell(cell, index + 1);
    const [doing, hold] = [() => {}, () => Promise.resolve()];
    const { signal } = new AbortController();
    const verdict = await runCell({ scenario: netnsRestore, cell, build, kind, host, directory, doing, hold, signal });
    t.is(verdict?.outcome, 'as-expected', JSON.stringify(verdict, undefined, 2));
    return verdict?.judgement?.observed;
  });
  t.deepEqual(await Promise.all(tried), [
    'netns lost 3/3 · stats: 3 hangs · duplicate-ip',
    'netns lost 3/3 · stats: 3 hangs · duplicate-ip',
    'netns kept · stats: 3 values',
    'netns kept · stats: 3 values',
    'netns kept · stats: 3 values',
  ]);
});

/** A replica that was restarted under slave: `lost` runs on without its namespace, `healthy` was started after. */
interface Restarted extends AsyncDisposable {
  daemon: Dockerd;
  lost: Container;
  counter: TickCounter;
  log: () => string;
  descriptors: () => Promise<number>;
}

async function restartedReplica(t: ExecutionContext, options: ReplicaOptions = {}): Promise<Restarted> {
  await using held = new AsyncDisposableStack();
  const build = await replicaBuild(obtaining, options);
  const machine = held.use(await openLocalMachine(build, budget));
  const log = path.join(scratch(t), 'dockerd.log');
  const unit = { systemd: '219', mountFlags: 'slave', liveRestore: true, log } as const;
  const first = await startDockerd(machine, build, unit);
  await importImage(machine, first.engine);
  const lost = await runContainer(first.engine, 'lost');
  await first.stop();
  const daemon = await startDockerd(machine, build, unit);
  const healthy = await runContainer(daemon.engine, 'healthy');
  const counter = held.use(await countTicks(daemon.connect, healthy.id));
  await counter.reached(1);
  const moved = held.move();
  return {
    daemon,
    lost,
    counter,
    log: () => readFileSync(log, 'utf8'),
    async descriptors() {
      const { NFd }: { NFd: number } = await daemon.engine.info();
      return NFd;
    },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

/** Waits for a condition; a minute without it is a failure of the test. */
async function until(t: ExecutionContext, what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await condition())) {
    if (performance.now() > deadline) {
      t.fail(`${what}: not within a minute`);
      return;
    }
    await sleep(20);
  }
}

function ask(daemon: Dockerd, { id }: Container): Duplex {
  const connection = daemon.connect();
  connection.on('error', () => {});
  connection.write(statsRequest(id));
  return connection;
}

function statsRequest(id: string): string {
  return `GET /v1.25/containers/${id}/stats?stream=0 HTTP/1.1\r\nHost: docker\r\n\r\n`;
}

test.serial('a lost namespace: calls cost a descriptor each, and are freed when the client closes', async (t) => {
  await using replica = await restartedReplica(t);
  const { daemon, lost, counter, descriptors } = replica;
  const before = await descriptors();
  const lines = () => matchingLines(replica.log(), patterns.collectingStats).length;
  t.is(lines(), 0, 'nobody has asked yet');
  const calls = Array.from({ length: 50 }, () => ask(daemon, lost));
  await until(t, 'the calls arrive', async () => (await descriptors()) === before + 50);
  const [firstLines, firstTick] = [lines(), counter.ticks];
  await counter.reached(firstTick + 3);
  const seen = lines() - firstLines;
  const ticks = counter.ticks - firstTick;
  t.true(seen >= 2 && seen <= ticks + 1, `one line a tick for 50 callers: ${seen} lines in ${ticks} ticks`);
  t.true(
    calls.every((call) => call.readableLength === 0),
    'not one byte came',
  );
  for (const call of calls) call.destroy();
  await until(t, 'the calls are freed', async () => (await descriptors()) === before);
});

test.serial('a half-close counts as a disconnect: an empty 200, and freed', async (t) => {
  await using replica = await restartedReplica(t);
  const { daemon, lost, descriptors } = replica;
  const before = await descriptors();
  const call = ask(daemon, lost);
  await until(t, 'the call arrives', async () => (await descriptors()) === before + 1);
  call.end();
  const answer = await text(call);
  t.deepEqual(answer.replace(/Date: .*/, 'Date').split('\r\n'), [
    'HTTP/1.1 200 OK',
    'Api-Version: 1.26',
    'Content-Type: application/json',
    'Docker-Experimental: false',
    'Server: Docker/1.13.1 (linux)',
    'Date',
    'Content-Length: 0',
    '',
    '',
  ]);
  await until(t, 'the call is freed', async () => (await descriptors()) === before);
});

test.serial('a later second request on the connection: closing frees nothing, a restart does', async (t) => {
  await using replica = await restartedReplica(t);
  const { daemon, lost, counter, descriptors } = replica;
  const before = await descriptors();
  const call = ask(daemon, lost);
  await until(t, 'the call arrives', async () => (await descriptors()) === before + 1);
  const waiting = ask(daemon, lost);
  const answered = new Promise<string>((resolve) => waiting.once('data', (data: Buffer) => resolve(data.toString())));
  await new Promise((resolve) => call.write(statsRequest(lost.id), resolve));
  await counter.reached(counter.ticks + 1);
  call.destroy();
  await counter.reached(counter.ticks + 3);
  t.is(await descriptors(), before + 2, 'the closed call and the open one');
  await daemon.engine.getContainer(lost.id).restart({ t: 0 });
  t.regex(await answered, /^HTTP\/1\.1 200 OK\r\n[^]*"networks":\{"eth0"/, 'a stuck call is answered');
  waiting.destroy();
  await until(t, 'all are freed', async () => (await descriptors()) === before);
});

test.serial('network connect un-hangs without networks; disconnect is refused', async (t) => {
  await using replica = await restartedReplica(t);
  const { daemon, lost, counter } = replica;
  const bridge = daemon.engine.getNetwork('bridge');
  const error = await t.throwsAsync(bridge.disconnect({ Container: lost.id }));
  t.regex(error.message, /container [0-9a-f]{64} is not connected to the network/);
  t.like(error, { statusCode: 500 });
  const { answer } = await callStats(daemon.connect, lost, counter, 5);
  t.is(answer, 'hangs');
  await bridge.connect({ Container: lost.id });
  t.is((await callStats(daemon.connect, lost, counter, 5)).answer, 'no-networks');
});

test.serial('the fixes are switches', async (t) => {
  for (const [fixes, logs] of [
    [['publish-on-every-error'], true],
    [['publish-empty-when-not-found'], false],
  ] as const) {
    await using replica = await restartedReplica(t, { fixes });
    const { daemon, lost, counter } = replica;
    t.is((await callStats(daemon.connect, lost, counter, 5)).answer, 'zeroed');
    t.is((await streamStats(daemon.connect, lost, counter, 2)).answer, 'zeroed');
    t.is(matchingLines(replica.log(), patterns.restoreError).length, 1, 'the namespace is lost as before');
    t.is(matchingLines(replica.log(), patterns.collectingStats).length > 0, logs);
  }
});

test.serial('the real docker CLI of Debian bookworm works with it', async (t) => {
  const build = await replicaBuild(obtaining, { userland: 'bookworm' });
  await using machine = await openLocalMachine(build, budget);
  const log = path.join(scratch(t), 'dockerd.log');
  const daemon = await startDockerd(machine, build, { systemd: '219', mountFlags: 'slave', liveRestore: true, log });
  await importImage(machine, daemon.engine);
  const docker = async (line: string) => {
    const ran = await machine.run(['docker', '--host', 'unix:///run/lab/docker.sock', ...line.split(' ')]);
    t.is(ran.exitCode, 0, `${ran.command}\n${ran.stdout}\n${ran.stderr}`);
    return ran.stdout;
  };
  t.is(
    await docker(
      'version --format {{.Client.Version}}|{{.Server.Version}}|{{.Server.GitCommit}}|{{.Server.APIVersion}}',
    ),
    '20.10.24+dfsg1|1.13.1|replica|1.26',
  );
  t.regex(await docker('version'), /Git commit: +replica/);
  t.regex(await docker('info'), /replica 1\.13\.1/);
  t.is(await docker('ps --quiet'), '');
  const id = await docker('run --detach --name web --stop-signal KILL dockerd-leak-lab/busybox sleep 86400');
  t.regex(id, /^[0-9a-f]{64}$/);
  t.regex(await docker('ps'), /dockerd-leak-lab\/busybox +"sleep 86400" +.* ago +Up .* +web/);
  t.is(await docker('inspect --format {{.State.Status}}|{{.NetworkSettings.IPAddress}} web'), 'running|172.17.0.2');
  t.regex(await docker('stats --no-stream web'), /web +0\.00% +\d.*iB \/ .*GiB/);
  t.regex(await docker('network ls'), /bridge +bridge +local/);
  t.is(
    await docker('network inspect --format {{range.Containers}}{{.Name}}|{{.IPv4Address}}{{end}} bridge'),
    'web|172.17.0.2/16',
  );
  t.is(await docker('restart --time 0 web'), 'web');
  t.is(await docker('inspect --format {{.State.Status}} web'), 'running');
  t.is(await docker('stop --time 0 web'), 'web');
  t.regex(await docker('ps --all'), /Exited \(137\)/);
  t.is(await docker('rm web'), 'web');
  t.is(await docker('ps --all --quiet'), '');
  t.is(
    await docker('run --detach --name talks dockerd-leak-lab/busybox sh -c echo>&2'),
    await docker('ps --all --quiet --no-trunc'),
  );
  t.is(await docker('wait talks'), '0');
});
