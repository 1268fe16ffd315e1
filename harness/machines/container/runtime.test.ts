import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { execaSync } from 'execa';
import { scratch } from '../../../test/support/scratch.ts';
import { fetchKit } from '../../fetch/kit.ts';
import { quietly } from '../../fetch/cache.ts';
import { missingCapabilities, runtimeWithout } from './runtime.ts';

const capabilities = { bounding: ['CAP_SYS_RESOURCE', 'CAP_KILL'], effective: ['CAP_KILL', 'CAP_SYS_RESOURCE'] };
const bounded = { bounding: ['CAP_KILL'], effective: ['CAP_KILL'] };

/** Runs the script with `true` as its runc. */
async function run(directory: string, words: string[]): Promise<void> {
  const { root } = await fetchKit('guest', quietly());
  const busybox = path.join(root, 'usr/bin/busybox');
  const runtime = path.join(directory, 'runtime');
  const script = runtimeWithout(['CAP_SYS_RESOURCE']).replaceAll('busybox sed', `${busybox} sed`);
  writeFileSync(runtime, script.replace('/usr/sbin/runc', '/bin/true').replace('/bin/busybox', busybox));
  chmodSync(runtime, 0o755);
  execaSync(runtime, words);
}

for (const words of [
  ['--root', '/run', 'create', '--bundle', 'DIRECTORY', '--pid-file', 'pid', 'name'],
  ['run', '--bundle=DIRECTORY', 'name'],
  ['create', '-b', 'DIRECTORY', 'name'],
]) {
  test(`runc ${words.join(' ')}`, async (t) => {
    const directory = scratch(t);
    mkdirSync(path.join(directory, 'bundle'));
    const config = path.join(directory, 'bundle/config.json');
    writeFileSync(config, JSON.stringify({ process: { capabilities } }));
    await run(
      directory,
      words.map((word) => word.replace('DIRECTORY', path.join(directory, 'bundle'))),
    );
    t.deepEqual(JSON.parse(readFileSync(config, 'utf8')), { process: { capabilities: bounded } });
  });
}

test('runc exec --process FILE', async (t) => {
  const directory = scratch(t);
  const file = path.join(directory, 'process.json');
  writeFileSync(file, JSON.stringify({ capabilities }));
  await run(directory, ['exec', '--process', file, '--detach', 'name']);
  t.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { capabilities: bounded });
});

test('which capabilities a process can’t have', async (t) => {
  const status = path.join(scratch(t), 'status');
  const missing = (mask: string) => {
    writeFileSync(status, `Name:\tnode\nCapEff:\t0000000000000000\nCapBnd:\t${mask}\n`);
    return missingCapabilities(status);
  };
  t.deepEqual(await missing('000001ffffffffff'), []);
  t.deepEqual(await missing('000001fffeffffff'), ['CAP_SYS_RESOURCE']);
  t.deepEqual(await missing('00000000a80425fb'), ['CAP_SYS_ADMIN', 'CAP_SYS_RESOURCE']);
});
