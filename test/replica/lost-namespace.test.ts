import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { callStats } from '../../harness/clients/stats-call.ts';
import { streamStats } from '../../harness/clients/stats-stream.ts';
import type { Container } from '../../harness/daemons/containers.ts';
import type { Dockerd } from '../../harness/daemons/dockerd.ts';
import { waitFor } from '../../harness/dosing/wait-for.ts';
import { matchingLines, patterns } from '../../harness/probes/daemon-log.ts';
import { RestartedReplica } from '../support/restarted-replica.ts';

/** Waits until the replica has so many descriptors: one more for each call that has arrived and is not freed. */
async function settled(replica: RestartedReplica, descriptors: number): Promise<void> {
  const isThere = (seen: number) => seen === descriptors;
  await waitFor('waiting for the replica', `${descriptors} descriptors`, () => replica.descriptors(), isThere, 60);
}

/** Asks for the stats of a container on a connection of its own, and reads no answer. */
function ask(daemon: Dockerd, { id }: Container): Duplex {
  const connection = daemon.connect();
  connection.on('error', () => {});
  connection.write(statsRequest(id));
  return connection;
}

function statsRequest(id: string): string {
  return `GET /v1.25/containers/${id}/stats?stream=0 HTTP/1.1\r\nHost: docker\r\n\r\n`;
}

test('a lost namespace: calls cost a descriptor each, and are freed when the client closes', async (t) => {
  await using replica = await RestartedReplica.open(t);
  const { daemon, lost, counter } = replica;
  const before = await replica.descriptors();
  const lines = () => matchingLines(replica.log(), patterns.collectingStats).length;
  t.is(lines(), 0, 'it has not been asked yet');
  const calls = Array.from({ length: 50 }, () => ask(daemon, lost));
  await settled(replica, before + 50);
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
  await settled(replica, before);
});

test('a half-close counts as a disconnect: an empty 200, and freed', async (t) => {
  await using replica = await RestartedReplica.open(t);
  const { daemon, lost } = replica;
  const before = await replica.descriptors();
  const call = ask(daemon, lost);
  await settled(replica, before + 1);
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
  await settled(replica, before);
});

test('a later second request on the connection: closing frees nothing, a restart does', async (t) => {
  await using replica = await RestartedReplica.open(t);
  const { daemon, lost, counter } = replica;
  const before = await replica.descriptors();
  const call = ask(daemon, lost);
  await settled(replica, before + 1);
  const waiting = ask(daemon, lost);
  const answered = new Promise<string>((resolve) => waiting.once('data', (data: Buffer) => resolve(data.toString())));
  await new Promise((resolve) => call.write(statsRequest(lost.id), resolve));
  await counter.reached(counter.ticks + 1);
  call.destroy();
  await counter.reached(counter.ticks + 3);
  t.is(await replica.descriptors(), before + 2, 'the closed call and the open one');
  await daemon.engine.getContainer(lost.id).restart({ t: 0 });
  t.regex(await answered, /^HTTP\/1\.1 200 OK\r\n[^]*"networks":\{"eth0"/, 'a stuck call is answered');
  waiting.destroy();
  await settled(replica, before);
});

test('network connect un-hangs without networks; disconnect is refused', async (t) => {
  await using replica = await RestartedReplica.open(t);
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

for (const [fix, logs] of [
  ['publish-on-every-error', true],
  ['publish-empty-when-not-found', false],
] as const) {
  test(`a fix is a switch: ${fix}`, async (t) => {
    await using replica = await RestartedReplica.open(t, { fixes: [fix] });
    const { daemon, lost, counter } = replica;
    t.is((await callStats(daemon.connect, lost, counter, 5)).answer, 'zeroed');
    // Not fewer ticks: a subscriber that comes within a tick may miss the next one, as the collector takes containers in any order.
    t.is((await streamStats(daemon.connect, lost, counter, 5)).answer, 'zeroed');
    t.is(matchingLines(replica.log(), patterns.restoreError).length, 1, 'the namespace is lost as before');
    t.is(matchingLines(replica.log(), patterns.collectingStats).length > 0, logs);
  });
}
