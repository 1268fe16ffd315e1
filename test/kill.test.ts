import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { cacheDirectory } from '../vms/cache.ts';
import { obtainDockerBuild } from '../vms/obtain/docker-build.ts';
import { readCgroupLayout } from '../harness/machines/local/cgroup-layout.ts';
import { sweepLocal } from '../harness/machines/local/sweep.ts';
import { scratch, startCli } from './support/cli.ts';
import { leftOver, readHost } from './support/host.ts';

const kills = 20;

/** Milliseconds that two cells take from the command to the verdict, of which the moments are drawn. */
const span = 11_000;

/** Park and Miller's generator: the moments of a failed run can be had again from its seed. */
function* randoms(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 48_271) % 2_147_483_647;
    yield state / 2_147_483_647;
  }
}

test('a harness that is killed at any moment leaves nothing; the next start sweeps what the kernel can not', async (t) => {
  t.timeout(6 * 60_000);
  const build = await obtainDockerBuild('20.10.24', { cache: cacheDirectory(), progress: () => {} });
  const out = scratch(t);
  const layout = await readCgroupLayout();
  const before = readHost(build.userland.root);
  const seed = Number(process.env['LAB_SEED'] ?? (Date.now() % 2_147_483_646) + 1);
  t.log(`LAB_SEED=${seed}`);
  const random = randoms(seed);
  const words = ['scenario', 'netns-restore', '--daemon', '20.10.24', '--out', out, '--jobs', '2'];
  for (let number = 1; number <= kills; number++) {
    const run = startCli([...words, '--only', 'mountFlags=slave,unset,liveRestore=on,starts=restarted']);
    const moment = Math.round(random.next().value * span);
    await Promise.race([sleep(moment), run]);
    run.kill('SIGKILL');
    await run;
    const left = await settle(() => leftOver(before, readHost(build.userland.root)));
    t.deepEqual(left, [], `kill ${number} at ${moment} ms`);
  }

  const tops = layout.hierarchies.map(({ mountPoint }) => path.join(mountPoint, 'dockerd-leak-lab'));
  t.true(
    tops.some((top) => existsSync(top)),
    'the kernel left empty cgroup directories, or nothing was tried',
  );
  const foreign = tops.map((top) => path.join(top, 'somebody-elses'));
  for (const directory of foreign) mkdirSync(directory, { recursive: true });
  t.teardown(() => foreign.forEach((directory) => existsSync(directory) && rmdirSync(directory)));
  const swept = await sweepLocal();
  t.true(swept.length > 0);
  t.deepEqual([...new Set(tops.flatMap(directoriesIn))], ['somebody-elses']);
  for (const directory of foreign) rmdirSync(directory);
  await sweepLocal();
  t.deepEqual(
    tops.filter((top) => existsSync(top)),
    [],
  );
});

function directoriesIn(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** The kernel takes a moment to end a PID namespace: reads until nothing is left, for 15 s at most. */
async function settle(read: () => string[]): Promise<string[]> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    const left = read();
    if (left.length === 0 || performance.now() > deadline) return left;
    await sleep(50);
  }
}
