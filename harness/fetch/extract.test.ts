import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { scratch } from '../../test/support/scratch.ts';
import type { Progress } from '../../vms/build.ts';
import { quietly } from './cache.ts';
import { extractPackages } from './extract.ts';
import { ProgramError } from './programs/program.ts';

/** A package of a program and its documentation, made by dpkg-deb. */
async function makePackage(directory: string, name: string): Promise<string> {
  const tree = path.join(directory, `tree-${name}`);
  for (const folder of ['DEBIAN', 'usr/bin', 'usr/share/doc'])
    await mkdir(path.join(tree, folder), { recursive: true });
  const control = `Package: ${name}\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n`;
  await writeFile(path.join(tree, 'DEBIAN/control'), control);
  await writeFile(path.join(tree, 'usr/bin', name), 'x'.repeat(1 << 20));
  await writeFile(path.join(tree, 'usr/share/doc', name), 'x');
  const file = path.join(directory, `${name} 1.deb`);
  await execa('dpkg-deb', ['--build', '--root-owner-group', tree, file]);
  return file;
}

async function packageIn(t: ExecutionContext): Promise<{ file: string; root: string }> {
  const directory = scratch(t);
  const root = path.join(directory, 'root');
  await mkdir(root);
  return { file: await makePackage(directory, 'x'), root };
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

test('five packages at once: all are unpacked, and progress goes by their bytes', async (t) => {
  const directory = scratch(t);
  const root = path.join(directory, 'root');
  await mkdir(root);
  const names = ['a', 'b', 'c', 'd', 'e'];
  const archives = [];
  for (const name of names) archives.push({ name, version: '1', file: await makePackage(directory, name) });
  const told: Progress[] = [];
  await extractPackages(archives, root, 'x', { ...quietly(), progress: (progress) => told.push(progress) });
  t.deepEqual((await readdir(path.join(root, 'bin'))).toSorted(), names);
  t.deepEqual([...new Set(told.map(({ what }) => what))], ['x: unpacking 5 packages']);
  // Of two lanes with three and two archives, the last of each is being unpacked; either lane may begin while the other has gone on.
  const fifths = told.map(({ fraction = 0 }) => Math.round(fraction * 5));
  t.is(fifths.length, 5);
  t.deepEqual(
    fifths,
    fifths.toSorted((one, other) => one - other),
  );
  t.deepEqual([...new Set(fifths)], [0, 1, 2, 3]);
});

test('a package that is cut among others is named', async (t) => {
  const { file, root } = await packageIn(t);
  const others = ['a', 'b', 'c'].map((name) => makePackage(path.dirname(file), name));
  const files = [file, ...(await Promise.all(others))];
  await writeFile(file, (await readFile(file)).subarray(0, -500));
  const archives = files.map((each) => ({ name: 'x', version: '1', file: each }));
  const error = await t.throwsAsync(() => extractPackages(archives, root, 'x', quietly()), {
    instanceOf: ProgramError,
  });
  t.is(error.message, `dpkg-deb of ${file} exited with 2`);
});

test('a package that is cut', async (t) => {
  const { file, root } = await packageIn(t);
  await writeFile(file, (await readFile(file)).subarray(0, -500));
  const error = await t.throwsAsync(() => extract(file, root), { instanceOf: ProgramError });
  t.is(error.message, `dpkg-deb of ${file} exited with 2`);
  t.regex(error.evidence, /^dpkg-deb: error: /m);
});

test('a root that cannot be written', async (t) => {
  const { file, root } = await packageIn(t);
  await mkdir(path.join(root, 'usr/bin/x/in-the-way'), { recursive: true });
  const error = await t.throwsAsync(() => extract(file, root), { instanceOf: ProgramError });
  t.is(error.message, 'tar exited with 2');
  t.regex(error.evidence, /^tar: \.\/usr\/bin\/x: Cannot open: /m);
});
