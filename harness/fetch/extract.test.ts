import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { scratch } from '../../test/support/scratch.ts';
import { quietly } from './cache.ts';
import { extractPackages } from './extract.ts';
import { ProgramError } from './programs/program.ts';

/** A package with two files, one of them documentation, made by dpkg-deb. */
async function packageIn(t: ExecutionContext): Promise<{ file: string; root: string }> {
  const directory = scratch(t);
  const tree = path.join(directory, 'tree');
  for (const folder of ['DEBIAN', 'usr/bin', 'usr/share/doc'])
    await mkdir(path.join(tree, folder), { recursive: true });
  const control = 'Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n';
  await writeFile(path.join(tree, 'DEBIAN/control'), control);
  await writeFile(path.join(tree, 'usr/bin/x'), 'x'.repeat(1 << 20));
  await writeFile(path.join(tree, 'usr/share/doc/x'), 'x');
  const file = path.join(directory, 'x.deb');
  await execa('dpkg-deb', ['--build', '--root-owner-group', tree, file]);
  const root = path.join(directory, 'root');
  await mkdir(root);
  return { file, root };
}

const extract = (file: string, root: string) =>
  extractPackages([{ name: 'x', version: '1', file }], root, 'x', quietly());

test('a package is unpacked, without what no cell reads', async (t) => {
  const { file, root } = await packageIn(t);
  await extract(file, root);
  t.deepEqual((await readdir(root)).toSorted(), ['bin', 'lib', 'lib64', 'sbin', 'usr']);
  t.deepEqual(await readdir(path.join(root, 'usr/share')), []);
  t.is((await readFile(path.join(root, 'bin/x'))).length, 1 << 20);
});

test('a package that is cut', async (t) => {
  const { file, root } = await packageIn(t);
  await writeFile(file, (await readFile(file)).subarray(0, -500));
  const error = await t.throwsAsync(() => extract(file, root), { instanceOf: ProgramError });
  t.is(error.message, `dpkg-deb | tar of ${file} exited with 2`);
  t.regex(error.evidence, /^dpkg-deb: error: /m);
});

test('a root that cannot be written', async (t) => {
  const { file, root } = await packageIn(t);
  await mkdir(path.join(root, 'usr/bin/x/in-the-way'), { recursive: true });
  const error = await t.throwsAsync(() => extract(file, root), { instanceOf: ProgramError });
  t.is(error.message, `dpkg-deb | tar of ${file} exited with 2`);
  t.regex(error.evidence, /^tar: \.\/usr\/bin\/x: Cannot open: /m);
});
