import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { scratch } from '../../../test/support/scratch.ts';
import { filesOf, nodeProgram } from './node-program.ts';

const engine = path.join(import.meta.dirname, '../engine/main.ts');

test('what the engine needs is found by what it imports', async (t) => {
  const root = path.resolve(import.meta.dirname, '../../..');
  const files = (await filesOf(engine)).map((file) => path.relative(root, file));
  const own = [
    'common/behaviour.ts',
    'engine/calls.ts',
    'engine/main.ts',
    'engine/protocol.ts',
    'engine/unix-socket.ts',
  ];
  for (const file of own) t.true(files.includes(`harness/clients/${file}`), file);
  for (const file of ['package.json', 'node_modules/koffi', 'node_modules/zod']) t.true(files.includes(file), file);
  t.true(
    files.some((file) => file.startsWith('node_modules/@koromix/koffi-linux-')),
    'the library of koffi, which it depends on where it is for this machine',
  );
});

test('a program runs by the Node of the lab, with the files of that', async (t) => {
  const { files, words } = await nodeProgram(engine, (seen) => [seen('/run/docker.sock')], ['--jitless']);
  t.deepEqual(
    words((file) => `/cell${file}`),
    [process.execPath, '--jitless', engine, '/cell/run/docker.sock'],
  );
  t.true(files.includes(process.execPath));
  t.true(files.some((file) => path.basename(file).startsWith('libc.so')));
  t.false(
    files.some((file) => file.endsWith('.node')),
    'addons that this process has loaded are no part of Node',
  );
});

test('packages with what they depend on, whichever way they point at each other', async (t) => {
  const directory = scratch(t);
  const write = async (file: string, content: string) => {
    await mkdir(path.join(directory, path.dirname(file)), { recursive: true });
    await writeFile(path.join(directory, file), content);
  };
  const manifest = (name: string, more: object) => JSON.stringify({ name, version: '1.0.0', ...more });
  await write('package.json', manifest('own', { type: 'module' }));
  await write('main.ts', "import type { T } from 'types';\nimport one from 'one/part';\nexport * from './other.ts';\n");
  await write(
    'other.ts',
    "import { readFile } from 'node:fs';\nimport './main.ts';\n\nclass A {\n  name = 'none';\n}\n",
  );
  await write('node_modules/one/package.json', manifest('one', { dependencies: { two: '1' } }));
  await write('node_modules/one/node_modules/two/package.json', manifest('two', { dependencies: { one: '1' } }));
  await write('node_modules/two/package.json', manifest('two', { optionalDependencies: { missing: '1' } }));
  const found = async () => (await filesOf(path.join(directory, 'main.ts'))).map((f) => path.relative(directory, f));
  t.deepEqual(await found(), [
    'main.ts',
    'node_modules/one',
    'node_modules/one/node_modules/two',
    'other.ts',
    'package.json',
  ]);
  await write('other.ts', "import missing from 'missing';\n");
  await t.throwsAsync(found, { message: `${directory}/other.ts imports missing, which is not installed: npm ci` });
});
