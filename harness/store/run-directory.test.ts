import { mkdir, readdir, readFile, readlink, symlink } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { LabError } from '../core/errors.ts';
import { scratch } from '../../test/support/scratch.ts';
import { cellHash } from '../core/cell.ts';
import { cellDirectoryName, createRunDirectory } from './run-directory.ts';
import { eventRecord } from './event.ts';

const start = new Date('2026-11-22T06:09:16.253Z');

test('runs within one second have directories of their own, and latest is a relative link to the last', async (t) => {
  const results = path.join(scratch(t), 'results');
  // What a run that was killed in between has left, under the number that this process has now.
  await mkdir(path.join(results, 'netns-restore'), { recursive: true });
  await symlink('nowhere', path.join(results, `netns-restore/.latest-${process.pid}`));
  const links: string[] = [];
  for (const expected of ['2026-11-22_06-09-16', '2026-11-22_06-09-16-2', '2026-11-22_06-09-16-3']) {
    const run = await createRunDirectory(results, 'netns-restore', start);
    t.is(run.path, path.join(results, 'netns-restore', expected));
    t.deepEqual(await readdir(run.path), ['cells']);
    links.push(await readlink(path.join(results, 'netns-restore/latest')));
  }
  t.deepEqual(links, ['2026-11-22_06-09-16', '2026-11-22_06-09-16-2', '2026-11-22_06-09-16-3']);
  t.deepEqual((await readdir(path.join(results, 'netns-restore'))).sort(), [...links, 'latest']);
});

test('a directory that cannot be made is an error, not another name', async (t) => {
  const results = scratch(t);
  // Long enough that it can be made itself, but nothing below it: a path has 4095 bytes at most.
  const deep = path.join(results, 'x/'.repeat(2048)).slice(0, 4081);
  await t.throwsAsync(createRunDirectory(path.dirname(deep), path.basename(deep), start), {
    instanceOf: LabError,
    message: /: the path is too long: /,
  });
});

const names = test.macro({
  exec(t, cell: Record<string, string>, repeat: number, expected: string) {
    t.is(cellDirectoryName(cell, repeat), expected);
  },
  title: (_, _cell: Record<string, string>, _repeat: number, expected: string) => expected,
});

test(names, { daemon: '20.10.24', mountFlags: 'slave' }, 1, 'daemon=20.10.24,mountFlags=slave');
test(names, { daemon: '20.10.24' }, 3, 'daemon=20.10.24,repeat=3');
test(names, { daemon: '17.12.1-ce' }, 1, 'daemon=17.12.1-ce');
test(names, { daemon: '1.13.1@my build (fixed)~:é' }, 1, 'daemon=1.13.1_my_build__fixed____,34c3c49c5cfb');

test('a cell has its plan at once, and everything else as it happens', async (t) => {
  const run = await createRunDirectory(scratch(t), 'netns-restore', start);
  const cell = { daemon: '20.10.24', mountFlags: 'slave' };
  const directory = await run.beginCell(cell, 2);
  t.is(directory.path, path.join(run.path, 'cells/daemon=20.10.24,mountFlags=slave,repeat=2'));
  t.deepEqual(await readdir(directory.path), ['plan.json']);
  t.deepEqual(JSON.parse(await readFile(path.join(directory.path, 'plan.json'), 'utf8')), {
    schema: 1,
    name: 'daemon=20.10.24/mountFlags=slave',
    hash: cellHash(cell),
    scenario: 'netns-restore',
    cell,
    repeat: 2,
  });

  directory.event({ code: 'daemon-answers', start: 1, pid: 42, command: 'dockerd' });
  directory.event({ code: 'undecided', next: 100 });
  const lines = (await readFile(path.join(directory.path, 'events.ndjson'), 'utf8')).split('\n');
  t.is(lines.pop(), '');
  const events = lines.map((line) => eventRecord.parse(JSON.parse(line)));
  t.deepEqual(
    events.map(({ at: _at, time: _time, ...rest }) => rest),
    [
      { schema: 2, code: 'daemon-answers', start: 1, pid: 42, command: 'dockerd' },
      { schema: 2, code: 'undecided', next: 100 },
    ],
  );

  const stored = { schema: 2, evidence: { netnsFiles: { kind: 'netns-files', value: [] } } } as const;
  await directory.writeObservations(stored);
  t.is(await readFile(directory.file('observations.json'), 'utf8'), `${JSON.stringify(stored, null, 2)}\n`);
  t.deepEqual((await readdir(directory.path)).sort(), ['events.ndjson', 'observations.json', 'plan.json']);
});

test('a cell is tried once under one number', async (t) => {
  const run = await createRunDirectory(scratch(t), 'netns-restore', start);
  await run.beginCell({ daemon: '20.10.24' }, 1);
  await run.beginCell({ daemon: '20.10.24' }, 2);
  await t.throwsAsync(run.beginCell({ daemon: '20.10.24' }, 1), {
    instanceOf: LabError,
    message: /: it exists already: /,
  });
});
