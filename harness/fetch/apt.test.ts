import { rm } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { downloadPackages } from './apt.ts';
import { quietly } from './cache.ts';

test('packages that an interrupted run has downloaded are in the list of the next', async (t) => {
  const directory = scratch(t);
  const list = { name: 'x', what: 'some packages', suite: 'bookworm', packages: ['iproute2'] };
  const whole = await downloadPackages(list, directory, quietly());
  const names = whole.map(({ name }) => name);
  t.true(
    ['iproute2', 'libc6', 'libbpf1'].every((name) => names.includes(name)),
    names.join(' '),
  );
  // An epoch: its colon is encoded in the name of the file.
  t.regex(whole.find(({ name }) => name === 'libbpf1')?.version ?? '', /^1:1\.1\.2-/);
  await rm(whole.find(({ name }) => name === 'libc6')?.file ?? path.join(directory, 'none'));
  t.deepEqual(await downloadPackages(list, directory, quietly()), whole);
});
