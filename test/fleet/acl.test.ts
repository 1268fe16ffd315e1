import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { Redis } from 'ioredis';
import { runScenario } from '../../harness/run/run-scenario.ts';
import { readRun } from '../../harness/store/read-run.ts';
import { connectFleet } from '../../harness/fleet/connect.ts';
import { eventually } from '../support/eventually.ts';
import { startCoordinator, startWorker } from '../support/fleet.ts';
import { moodyPlan, moods } from '../support/moody-plan.ts';
import { safeSettings } from '../../harness/fleet/local/redis.ts';
import { startRedis } from '../support/redis.ts';
import { scratch } from '../support/scratch.ts';

/** The rules that docs/fleet.md has for a user of a fleet. */
function documentedRules(): string {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/fleet.md'), 'utf8');
  return /^user lab (on .+)$/m.exec(text)?.[1] ?? '';
}

test('a night runs with the rights that docs/fleet.md gives, and nothing of Redis is denied to it', async (t) => {
  const acl = path.join(scratch(t), 'users.acl');
  writeFileSync(acl, `user default on nopass ~* &* +@all\nuser lab ${documentedRules()}\n`);
  const { port, url: asAdmin } = await startRedis(t, [...safeSettings, '--aclfile', acl]);
  const url = `redis://lab:a-long-password@127.0.0.1:${port}`;
  const admin = new Redis(asAdmin);
  t.teardown(() => admin.disconnect());

  const worker = await startWorker(t, url, 'alpha');
  const fleet = await eventually(() => startCoordinator(t, url));
  const plan = await moodyPlan(t, moods('good', 'fatal', 'good'));
  await runScenario(plan, fleet);
  const { cells } = await readRun(plan.directory.path);
  t.deepEqual(
    cells.map(({ verdict }) => verdict?.outcome),
    ['as-expected', 'infra-failed', 'as-expected'],
  );
  await fleet[Symbol.asyncDispose]();
  await worker.stop();
  t.deepEqual(await admin.acl('LOG'), []);
  // A worker that checked a queue after its coordinator had removed it left a key that expires.
  const stay = async () => {
    const all = await admin.keys('leaklab:*');
    const times = await Promise.all(all.map((key) => admin.pttl(key)));
    return all.filter((_, index) => times[index] === -1);
  };
  t.deepEqual(await stay(), []);

  const lab = await connectFleet(url);
  t.teardown(() => lab.disconnect());
  for (const forbidden of [
    ['flushall'],
    ['keys', '*'],
    ['config', 'set', 'appendonly', 'no'],
    ['get', 'other'],
    ['shutdown'],
  ])
    await t.throwsAsync(
      lab.call(forbidden[0] ?? '', ...forbidden.slice(1)),
      { message: /^NOPERM / },
      forbidden.join(' '),
    );
});
