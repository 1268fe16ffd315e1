import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { quietly } from '../../harness/fetch/cache.ts';
import { fetchDockerBuild } from '../../harness/fetch/docker-build.ts';
import { readCgroupLayout } from '../../harness/machines/local/cgroup-layout.ts';
import { sweepLocal } from '../../harness/machines/local/sweep.ts';
import { startCli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';
import { markProcesses, readHost } from '../support/host.ts';

const kills = 20;

/** Milliseconds that two cells take from the command to the verdict, of which the moments are drawn. */
const span = 11_000;

/** Park and Miller's generator: the moments of a failed run can be reproduced from its seed. */
function* randoms(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 48_271) % 2_147_483_647;
    yield state / 2_147_483_647;
  }
}

test('a harness that is killed at any moment leaves nothing; the next start sweeps what the kernel cannot', async (t) => {
  t.timeout(18 * 60_000);
  const build = await fetchDockerBuild('20.10.24', quietly());
  const out = scratch(t);
  const { hierarchies } = await readCgroupLayout();
  const before = readHost(build.userland.root);
  using marked = await markProcesses(`lab-kill-test-${process.pid}`);
  const seed = Number(process.env['LAB_SEED'] ?? (Date.now() % 2_147_483_646) + 1);
  t.log(`LAB_SEED=${seed}`);
  const random = randoms(seed);
  const words = ['scenario', 'netns-restore', '--daemon', '20.10.24', '--out', out, '--jobs', '2'];
  const start = () => {
    const run = startCli([...words, '--only', 'mountFlags=slave,unset,liveRestore=on,starts=restarted']);
    marked.join(run.pid ?? 0);
    return run;
  };
  const kill = async (run: ReturnType<typeof startCli>, when: string) => {
    run.kill('SIGKILL');
    await run;
    const left = await settle(() => [
      ...marked.descendants(run.pid ?? 0),
      ...readHost(build.userland.root).filter((line) => !before.includes(line)),
    ]);
    t.deepEqual(left, [], when);
  };
  for (let number = 1; number <= kills; number++) {
    const run = start();
    const moment = Math.round(random.next().value * span);
    await Promise.race([sleep(moment), run]);
    await kill(run, `kill ${number} at ${moment} ms`);
  }
  // Once more when there is surely something to leave behind: daemons, shims and containers of two cells.
  const last = start();
  while (marked.descendants(last.pid ?? 0).length < 20) await sleep(20);
  await kill(last, 'in the middle of two cells');

  const tops = hierarchies.map(({ mountPoint }) => path.join(mountPoint, 'dockerd-leak-lab'));
  const owned = () => tops.flatMap(directoriesIn).filter((name) => name.includes(`.${last.pid}.`));
  t.true(owned().length > 0, 'the kernel leaves empty cgroup directories');
  const foreign = tops.map((top) => path.join(top, 'somebody-elses'));
  for (const directory of foreign) mkdirSync(directory, { recursive: true });
  t.teardown(() => {
    for (const directory of foreign) rmdirSync(directory);
    return sweepLocal();
  });
  t.true((await sweepLocal()).length > 0);
  t.deepEqual(owned(), []);
  t.true(
    foreign.every((directory) => existsSync(directory)),
    "what is not labelled as the lab's is not touched",
  );
});

function directoriesIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
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
