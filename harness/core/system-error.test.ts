import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { LabError } from './errors.ts';
import { makeDirectory } from '../store/make-directory.ts';
import { readStored } from '../store/stored-file.ts';
import { makeStored, writeStored } from '../store/write-stored.ts';
import { asking, systemFailure } from './system-error.ts';

test('what the system refuses says what was done, what happened and what to do', async (t) => {
  const missing = path.join(scratch(t), 'missing');
  await t.throwsAsync(
    asking('reading what is not there', () => readFile(missing)),
    {
      instanceOf: LabError,
      message: `reading what is not there: there is no such file or directory: ${missing}
  expected: the file or directory exists
  evidence:
    ENOENT: no such file or directory, open '${missing}'
  what you can do: check the path`,
    },
  );
});

test('an error of the lab itself is not changed', (t) => {
  for (const error of [new TypeError('x is not a function'), new RangeError('out of range'), 'text', undefined]) {
    t.is(systemFailure(error, { doing: 'anything' }), error);
  }
});

test('below /proc a directory cannot be made, and that comes to an end', async (t) => {
  await t.throwsAsync(makeDirectory('/proc/dockerd-leak-lab/a/b'), { instanceOf: LabError });
});

test('below a root no link is followed, neither to read nor to write, and only regular files are read', async (t) => {
  const [root, outside] = [scratch(t), scratch(t)];
  writeFileSync(path.join(outside, 'file'), 'theirs');
  symlinkSync(outside, path.join(root, 'away'));
  symlinkSync(path.join(outside, 'file'), path.join(root, 'link'));
  mkdirSync(path.join(root, 'own'));
  execFileSync('mkfifo', [path.join(root, 'own/pipe')]);
  for (const name of ['away/file', 'link', 'own/pipe', 'own', '../x', '/etc/hostname', 'own/../../x']) {
    t.throws(() => readStored(root, name), { instanceOf: LabError }, name);
  }
  t.throws(() => writeStored(root, 'away/file', 'ours'), { instanceOf: LabError });
  t.throws(() => makeStored(root, 'away/new'), { instanceOf: LabError });
  // A link of that name is replaced.
  writeStored(root, 'link', 'ours');
  t.is(readStored(root, 'link')?.toString(), 'ours');
  t.is(readFileSync(path.join(outside, 'file'), 'utf8'), 'theirs');
  t.is(readStored(root, 'own/missing'), undefined);
  writeFileSync(path.join(root, 'own/large'), 'x'.repeat(11));
  t.throws(() => readStored(root, 'own/large', 10), {
    instanceOf: LabError,
    message: /it has 11 bytes, more than 10$/m,
  });
  await rm(path.join(root, 'own'), { recursive: true });
});
