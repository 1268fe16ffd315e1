import { readdirSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type Docker from 'dockerode';
import { openEngine as openClient } from '../../harness/daemons/engine.ts';
import { startOwnEngine } from '../../harness/machines/container/own-engine.ts';
import { sweepContainers, sweepEngine } from '../../harness/machines/container/sweep.ts';
import { Workshop } from '../../harness/machines/container/workshop.ts';
import { quietly } from '../../harness/fetch/cache.ts';
import { fetchDockerBuild } from '../../harness/fetch/docker-build.ts';
import { cli, startCli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';
import { readEngine } from '../support/engine.ts';
import { markProcesses, readHost } from '../support/host.ts';

const fetching = quietly();
const netnsRestore = ['scenario', 'netns-restore', '--daemon', '20.10.24'];
const twoCells = [
  '--machine',
  'container',
  '--jobs',
  '2',
  '--only',
  'mountFlags=slave,unset,liveRestore=on,starts=fresh',
];

/** Reads until a condition holds, or for 60 s, and returns what was read last. */
async function settle<T>(read: () => T | Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const seen = await read();
    if (holds(seen) || performance.now() > deadline) return seen;
    await sleep(50);
  }
}

const ofKind = (lines: string[], kind: string) => lines.filter((line) => line.startsWith(kind));

test.serial('a killed harness leaves nothing in an engine but images, which the next sweep removes', async (t) => {
  t.timeout(15 * 60_000);
  await using engine = await startOwnEngine(fetching);
  const docker: Docker = openClient(() => createConnection(engine.socket));
  // Neither of them is a dead harness's of this host.
  const foreign = { 'dockerd-leak-lab.owner': '00000000.1.1.1', 'dockerd-leak-lab.host': 'another host' };
  await docker.createVolume({ Name: 'of-another-host', Labels: foreign });
  await docker.createVolume({ Name: 'of-somebody' });
  const theirs = ['volume of-another-host', 'volume of-somebody'];

  const run = startCli([...netnsRestore, ...twoCells, '--out', scratch(t)], { DOCKER_HOST: `unix://${engine.socket}` });
  const two = await settle(
    () => readEngine(docker),
    (lines) => ofKind(lines, 'container').filter((line) => line.endsWith('running')).length === 2,
  );
  t.is(ofKind(two, 'container').length, 2, 'it is killed in the middle of two cells');
  t.is(ofKind(two, 'volume').length, 2 + theirs.length);
  run.kill('SIGKILL');
  await run;
  const left = await settle(
    () => readEngine(docker),
    (lines) => ofKind(lines, 'image').length === lines.length - theirs.length,
  );
  t.deepEqual(left.filter((line) => !line.startsWith('image')).toSorted(), theirs);
  t.is(ofKind(left, 'image').length, 1);

  const swept = await sweepEngine(docker);
  t.is(swept.length, 1);
  t.regex(swept[0] ?? '', /^image [0-9a-f]{12}$/);
  t.deepEqual((await readEngine(docker)).toSorted(), theirs);
});

test.serial("a killed harness takes the lab's own engine with it", async (t) => {
  t.timeout(15 * 60_000);
  const build = await fetchDockerBuild('20.10.24', fetching);
  const before = readHost(build.userland.root);
  using marked = await markProcesses(`lab-container-kill-test-${process.pid}`);
  const run = startCli([...netnsRestore, ...twoCells, '--out', scratch(t)], { DOCKERD_LEAK_LAB_ENGINE: 'own' });
  const pid = run.pid ?? 0;
  marked.join(pid);
  // The programs that start a daemon have its words too: only what calls itself dockerd counts.
  const dockerds = () => marked.descendants(pid).filter((line) => /^process: \d+ dockerd /.test(line)).length;
  const entries = () => readdirSync(os.tmpdir()).filter((name) => name.includes(`.${pid}.`)).length;
  t.is(await settle(entries, (count) => count === 2), 2, 'the directory of the engine, and the link to its socket');
  t.is(await settle(dockerds, (count) => count === 3), 3, 'the engine and the daemons of two cells');
  run.kill('SIGKILL');
  await run;
  const read = () => [
    ...marked.descendants(pid),
    ...readHost(build.userland.root).filter((line) => !before.includes(line)),
  ];
  t.deepEqual(await settle(read, (lines) => lines.length === 0), []);
  process.env['DOCKERD_LEAK_LAB_ENGINE'] = 'own';
  t.teardown(() => delete process.env['DOCKERD_LEAK_LAB_ENGINE']);
  const swept = await sweepContainers();
  t.is(swept.filter((name) => name.startsWith(os.tmpdir()) && name.includes(`.${pid}.`)).length, 2, swept.join('\n'));
});

test.serial('twenty cells one after another leave nothing in an engine', async (t) => {
  t.timeout(15 * 60_000);
  await using engine = await startOwnEngine(fetching);
  const docker = openClient(() => createConnection(engine.socket));
  process.env['DOCKER_HOST'] = `unix://${engine.socket}`;
  t.teardown(() => delete process.env['DOCKER_HOST']);
  const build = await fetchDockerBuild('20.10.24', fetching);
  const budget = { memoryBytes: 256 << 20, diskBytes: 64 << 20, seconds: 60 };
  {
    await using workshop = await Workshop.open(fetching);
    for (let number = 1; number <= 20; number++) {
      const spec = { boot: { parameters: [] }, budget, directory: scratch(t), event: () => {} };
      await using machine = await workshop.makeMachine(build, spec);
      t.is((await machine.run(['hostname'])).stdout, 'cell');
    }
    const during = await readEngine(docker);
    t.is(ofKind(during, 'image').length, during.length, during.join('\n'));
  }
  t.deepEqual(await readEngine(docker), []);
});

test.serial('a cell has the same verdict on every machine', async (t) => {
  t.timeout(15 * 60_000);
  const only = ['--only', 'mountFlags=slave,liveRestore=on,starts=restarted'];
  const verdicts = [];
  for (const machine of ['local', 'microvm', 'container']) {
    const out = scratch(t);
    const ran = await cli([...netnsRestore, ...only, '--machine', machine, '--out', out], {
      DOCKERD_LEAK_LAB_ENGINE: 'own',
    });
    t.is(ran.exitCode, 0, ran.stdout + ran.stderr);
    const cells = path.join(out, 'netns-restore/latest/cells');
    const [cell = ''] = readdirSync(cells);
    verdicts.push(judgementIn(path.join(cells, cell, 'verdict.json')));
  }
  const [local, microvm, container] = verdicts;
  t.true((local?.checks.length ?? 0) > 3, 'there is something to compare');
  t.deepEqual(microvm, local);
  t.deepEqual(container, local);
});

/** The judgement without its lines of evidence, as they have times and names in them. */
function judgementIn(file: string) {
  const {
    outcome,
    version,
    judgement,
  }: {
    outcome: string;
    version: string;
    judgement: { checks: { what: string; observed: object; asExpected: boolean }[] };
  } = JSON.parse(readFileSync(file, 'utf8'));
  const checks = judgement.checks.map(({ what, observed, asExpected }) => ({ what, observed, asExpected }));
  return { outcome, version, checks };
}
