import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import { execaSync } from 'execa';
import { scratch } from '../../../test/support/scratch.ts';
import { archiveOf, archiveOfFiles } from './archive.ts';

/** The members as GNU tar lists them: mode, owner, size and name of each member. Fails for an archive without a proper end. */
async function list(archive: AsyncIterable<Buffer>): Promise<string[]> {
  const { stdout } = execaSync('tar', ['--list', '--verbose', '--numeric-owner'], { input: await buffer(archive) });
  return stdout.split('\n').map((line) => line.replace(/ +/g, ' ').replace(/ \d{4}-\d\d-\d\d \d\d:\d\d/, ''));
}

test('directories and files at the paths where they are shown, all of root', async (t) => {
  const directory = scratch(t);
  mkdirSync(path.join(directory, 'tree/sub'), { recursive: true });
  chmodSync(path.join(directory, 'tree'), 0o755);
  writeFileSync(path.join(directory, 'tree/sub/program'), 'x', { mode: 0o755 });
  symlinkSync('/absolute/./target', path.join(directory, 'tree/link'));
  // Its last blocks are empty, as those that end an archive are.
  writeFileSync(path.join(directory, 'zeros, & a backslash \\'), Buffer.alloc(3000), { mode: 0o644 });
  const members = [
    { source: path.join(directory, 'tree'), target: '/' },
    { source: path.join(directory, 'zeros, & a backslash \\'), target: '/opt/a & b, \\c' },
  ];
  const listed = (await list(archiveOf(members))).filter((line) => !line.includes('./lab/part-'));
  t.deepEqual(listed.toSorted(), [
    '-rw-r--r-- 0/0 3000 ./opt/a & b, \\\\c',
    '-rwxr-xr-x 0/0 1 ./sub/program',
    'drwxr-xr-x 0/0 0 ./',
    'drwxr-xr-x 0/0 0 ./sub/',
    'lrwxrwxrwx 0/0 0 ./link -> /absolute/./target',
  ]);
});

test('a later member hides what earlier ones have at its path, as a mount does', async (t) => {
  const directory = scratch(t);
  for (const name of ['root/opt/docker', 'brought']) mkdirSync(path.join(directory, name), { recursive: true });
  writeFileSync(path.join(directory, 'root/opt/docker/old'), '');
  writeFileSync(path.join(directory, 'root/opt/kept'), '');
  writeFileSync(path.join(directory, 'brought/new'), '');
  const members = [
    { source: path.join(directory, 'root'), target: '/' },
    { source: path.join(directory, 'brought'), target: '/opt/docker' },
  ];
  const names = (await list(archiveOf(members))).map((line) => line.replace(/^.* /, ''));
  t.deepEqual(names.filter((name) => name.startsWith('./opt')).toSorted(), [
    './opt/',
    './opt/docker/',
    './opt/docker/new',
    './opt/kept',
  ]);
  t.is(new Set(names).size, names.length, 'engines take no path twice');
});

test('files under their own paths, and what links lead to', async (t) => {
  const directory = scratch(t);
  writeFileSync(path.join(directory, 'library.so.1.2'), '12', { mode: 0o644 });
  symlinkSync('library.so.1.2', path.join(directory, 'library.so.1'));
  const listed = await list(archiveOfFiles([path.join(directory, 'library.so.1')]));
  t.true(listed.includes(`-rw-r--r-- 0/0 2 .${directory}/library.so.1`), listed.join('\n'));
  t.deepEqual(
    ['./dev/', './proc/', './tmp/'].filter((name) => !listed.some((line) => line.endsWith(` ${name}`))),
    [],
  );
});

test('a file that is not there', async (t) => {
  const error = await t.throwsAsync(list(archiveOfFiles(['/no/such/file'])));
  t.is(
    error.message,
    [
      'packing files for a container: tar exited with 2',
      '  expected: tar packs all of them',
      '  evidence:',
      '    tar: /no/such/file: Cannot stat: No such file or directory',
      '    tar: Exiting with failure status due to previous errors',
      '  what you can do: this user must be able to read the cache of the lab, and the lab itself',
    ].join('\n'),
  );
});
