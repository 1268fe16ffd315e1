import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { scratch } from '../../../test/support/scratch.ts';
import { runWell } from '../../fetch/programs/program.ts';
import { besideCommand, besideDisks, type BesideDisk } from './beside.ts';

const disks: BesideDisk[] = [
  { image: '/cache/1', target: '/opt/beside/0', shows: { files: ['/opt/node'] } },
  { image: '/cache/2', target: '/opt/beside/1', shows: { files: ['/lab/main.ts', '/lab/node_modules/zod'] } },
  { image: '/cache/3', target: '/opt/beside/2', shows: { files: [], userland: '/cache/userlands/clients/root' } },
];

const socket = (seen: (file: string) => string) => seen('/run/lab/docker.sock');

test('files of the host are one root for a program, under the paths of the host', (t) => {
  const files = ['/opt/node', '/lab/main.ts'];
  const command = besideCommand(disks, { files, words: (seen) => ['/opt/node', '/lab/main.ts', socket(seen)] });
  t.deepEqual(command.slice(0, 7), ['busybox', 'unshare', '-m', '--propagation', 'slave', 'busybox', 'sh']);
  t.true(command[8]?.includes('lowerdir=/opt/beside/0:/opt/beside/1 '));
  t.deepEqual(command.slice(9), ['/opt/node', '/lab/main.ts', '/proc/1/root/run/lab/docker.sock']);
});

test('a userland is the root of a program alone', (t) => {
  const userland = '/cache/userlands/clients/root';
  const command = besideCommand(disks, { files: [], userland, words: (seen) => ['/usr/bin/python3', socket(seen)] });
  t.true(command[8]?.includes('mount --bind /opt/beside/2 '));
  t.deepEqual(command.slice(9), ['/usr/bin/python3', '/proc/1/root/run/lab/docker.sock']);
});

test('a program that the machine was not made for', (t) => {
  const message = (missing: string) => `starting node main.ts beside the daemon of a cell: it has not ${missing}
  expected: the machine was made with what the program needs of the host
  what you can do: the scenario has to name each client that it starts in \`clients\``;
  const words = () => ['node', 'main.ts'];
  t.throws(() => besideCommand(disks, { files: ['/opt/node', '/lab/other.ts'], words }), {
    message: message('/lab/other.ts'),
  });
  t.throws(() => besideCommand(disks, { files: [], userland: '/other', words }), { message: message('/other') });
  t.throws(() => besideCommand([], { files: [], words }), { message: message('any files of the host') });
});

test('what several programs need is on few disks: large files, the others, and each userland', async (t) => {
  const directory = scratch(t);
  const at = (name: string) => path.join(directory, name);
  await mkdir(at('package'));
  await mkdir(at('userland'));
  await writeFile(at('package/index.js'), 'export {};\n');
  await writeFile(at('main.ts'), 'import "package";\n');
  await writeFile(at('node'), Buffer.alloc(1 << 20));
  await writeFile(at('userland/sh'), '#!/bin/sh\n');
  const fetching = { cache: at('cache'), progress: () => {} };
  const needs = [{ files: [at('node'), at('main.ts'), at('package')] }, { files: [at('node'), at('main.ts')] }];
  const made = await besideDisks([...needs, { files: [], userland: at('userland') }], fetching);
  t.deepEqual(
    made.map(({ target, shows }) => ({ target, ...shows })),
    [
      { target: '/opt/beside/0', files: [at('node')] },
      { target: '/opt/beside/1', files: [at('main.ts'), at('package')] },
      { target: '/opt/beside/2', files: [], userland: at('userland') },
    ],
  );
  const read = (disk: BesideDisk | undefined, file: string) =>
    runWell('debugfs', ['-R', `cat ${file}`, disk?.image ?? '']);
  t.is(await read(made[1], at('package/index.js')), 'export {};');
  t.is(await read(made[2], '/sh'), '#!/bin/sh');
  await writeFile(at('main.ts'), 'import "package"; // changed\n');
  const again = await besideDisks(needs, fetching);
  t.is(again[0]?.image, made[0]?.image, 'a changed source makes no new image of Node');
  t.not(again[1]?.image, made[1]?.image);
});
