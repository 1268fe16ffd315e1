import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { programSetting } from '../core/typed-command.ts';
import { scenarios } from '../../scenarios/index.ts';
import { complete } from './completion/complete.ts';

process.env[programSetting] = 'leaklab';
const { labProgram } = await import('./program.ts');
const program = await labProgram(() => {});
const words = async (line: string) => (await complete(program, line)).map((one) => one.split('\t')[0]);

test('commands, and those below a command', async (t) => {
  t.deepEqual(await words('leaklab sc'), ['scenario']);
  t.deepEqual(await words('leaklab d'), ['daemons', 'diagnose', 'doctor']);
  t.deepEqual(await words('leaklab kernel '), ['inspect', 'advise', 'help']);
});

test('scenarios, with their claims', async (t) => {
  t.deepEqual(
    await words('leaklab scenario '),
    scenarios.map(({ name }) => name),
  );
  t.regex((await complete(program, 'leaklab scenario netns'))[0] ?? '', /^netns-restore\tA dockerd that is restarted/);
});

test('options, each once but for those that may be repeated', async (t) => {
  t.deepEqual(await words('leaklab scenario --j'), ['--jobs', '--json']);
  t.deepEqual(await words('leaklab scenario --jobs 2 --j'), ['--json']);
  t.deepEqual(await words('leaklab scenario --only starts=fresh --on'), ['--only']);
});

test('factors and levels of the scenario that the line names', async (t) => {
  t.deepEqual(await words('leaklab scenario netns-restore --only m'), ['mountFlags=']);
  t.deepEqual(await words('leaklab scenario netns-restore --only mountFlags=s'), [
    'mountFlags=shared',
    'mountFlags=slave',
  ]);
  t.deepEqual(await words('leaklab scenario netns-restore --not=mountFlags=slave,l'), [
    '--not=mountFlags=slave,liveRestore=',
  ]);
  t.deepEqual(await words('leaklab scenario netns-restore --only mountFlags=slave,p'), ['mountFlags=slave,private']);
  t.deepEqual(await words('leaklab scenario soak --size c'), ['containers=', 'calls=']);
});

test('factors of a matrix are those of all scenarios, and the scenario itself', async (t) => {
  t.deepEqual(await words('leaklab matrix --only scenario=mem'), ['scenario=memcg-ids']);
  t.deepEqual(await words('leaklab matrix --only machine=m'), ['machine=microvm']);
  t.deepEqual(await words('leaklab matrix --only endpoint=att'), ['endpoint=attach', 'endpoint=attach-websocket']);
});

test('choices, and files where the value is one', async (t) => {
  t.deepEqual(await words('leaklab completion '), ['bash', 'zsh', 'fish']);
  t.deepEqual(await words('leaklab matrix --profile n'), ['nightly']);
  t.deepEqual(await words('leaklab scenario --machine '), ['local', 'container', 'microvm', 'vagrant']);
  t.deepEqual(await words('leaklab scenario --out '), [':files']);
  t.deepEqual(await words('leaklab scenario --repeat '), []);
});

test('runs of the results that the line names', async (t) => {
  const results = scratch(t);
  for (const run of ['soak/2026-01-01_00-00-00', 'soak/2026-01-02_00-00-00']) {
    mkdirSync(path.join(results, run), { recursive: true });
    writeFileSync(path.join(results, run, 'run.json'), '{}');
  }
  t.deepEqual(await words(`leaklab show --out ${results} so`), [
    'soak',
    'soak/2026-01-01_00-00-00',
    'soak/2026-01-02_00-00-00',
    ':files',
  ]);
});
