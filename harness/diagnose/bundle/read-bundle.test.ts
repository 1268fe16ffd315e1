import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip, gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { pack, type Header } from 'tar-stream';
import { scratch } from '../../../test/support/scratch.ts';
import { LabError } from '../../core/errors.ts';
import type { BundleProblem } from '../model/bundle.ts';
import { fakeEvidence, fakeFiles } from '../testing/fake-bundle.ts';
import { evidenceOf } from './parse-bundle.ts';
import { readBundle } from './read-bundle.ts';

const run = promisify(execFile);

/** A member of a tar file: its header, and its content where it has one. */
type Member = Partial<Header> & { name: string } & { content?: string | Buffer };

/** A tar file with these members. */
async function tarOf(members: readonly Member[]): Promise<Buffer> {
  const packing = pack();
  for (const { content, ...header } of members) packing.entry(header, content ?? '');
  packing.finalize();
  const parts: Buffer[] = [];
  for await (const part of packing) if (Buffer.isBuffer(part)) parts.push(part);
  return Buffer.concat(parts);
}

const usual: readonly Member[] = [...fakeFiles()].map(([name, content]) => ({ name: `./${name}`, content }));

/** Reads a file with this content as a bundle. */
async function readContent(t: ExecutionContext, content: Buffer | string) {
  const file = path.join(scratch(t), 'bundle.tar');
  await writeFile(file, content);
  return readBundle(file);
}

/** The files of a healthy host, and hostile members before and after them: the evidence is whole, and these are the problems. */
async function problemsWith(t: ExecutionContext, ...members: Member[]): Promise<BundleProblem[]> {
  const { problems, files } = await readContent(t, await tarOf([...usual, ...members]));
  t.deepEqual(Object.fromEntries(files), Object.fromEntries(fakeFiles()));
  return problems;
}

/** The files of a bundle as a directory. */
async function directoryWith(t: ExecutionContext, files: ReadonlyMap<string, string> = fakeFiles()): Promise<string> {
  const directory = path.join(scratch(t), 'bundle');
  for (const [name, content] of files) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return directory;
}

test('a tar file, a packed one and a directory give the same evidence', async (t) => {
  const directory = await directoryWith(t);
  const [tar, packed] = [`${directory}.tar`, `${directory}.tar.gz`];
  await run('tar', ['-cf', tar, '-C', directory, '.']);
  await run('tar', ['-czf', packed, '-C', directory, '.']);
  for (const bundle of [directory, tar, packed]) {
    t.deepEqual(evidenceOf(await readBundle(bundle)), fakeEvidence(), bundle);
  }
});

test('cut off at every block: what came before is evidence, and the rest is named', async (t) => {
  const whole = await tarOf(usual);
  const complete = fakeFiles();
  // The last two blocks are zeroes: without them nothing is lost.
  for (let bytes = whole.length - 1024; bytes >= 0; bytes -= 512) {
    const file = path.join(scratch(t), 'bundle.tar');
    await writeFile(file, whole.subarray(0, bytes));
    let read;
    try {
      read = await readBundle(file);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      t.regex(error.message, /^reading the bundle .*\n {2}expected: a (?:tar file of the collector|file of that name)/);
      continue;
    }
    for (const [name, content] of read.files) t.is(content, complete.get(name) ?? '', `${name} at ${bytes}`);
    const lost = [...complete.keys()].filter((name) => !read.files.has(name));
    if (lost.length > 0) t.not(read.problems.length, 0, `${lost.join()} is lost at ${bytes}, and no problem is told`);
    t.notThrows(() => evidenceOf(read));
  }
});

test('cut off between two members: files that the list of contents has are missing', async (t) => {
  const [bundle, contents] = [fakeFiles().get('bundle') ?? '', fakeFiles().get('contents.tsv') ?? ''];
  const members = [
    { name: 'bundle', content: bundle },
    { name: 'contents.tsv', content: contents },
  ];
  const { problems } = await readContent(t, await tarOf(members));
  t.deepEqual(problems[0], {
    file: 'host/uname',
    expected: 'a file of 36 B, by contents.tsv',
    found: 'no such file',
  });
  t.is(problems.length, fakeFiles().size - 2);
});

test('a packed bundle that is cut off is no bundle', async (t) => {
  const packed = gzipSync(await tarOf(usual));
  await t.throwsAsync(readContent(t, packed.subarray(0, packed.length - 100)), {
    instanceOf: LabError,
    message: /expected: a tar file of the collector/,
  });
});

const expected = 'a regular file of the collector, of 16 MB at most, once';

for (const [what, member, found] of [
  ['a name above the bundle', { name: '../x', content: 'x' }, 'file, 1 B'],
  ['an absolute name', { name: '/etc/passwd', content: 'root::0:0' }, 'file, 9 B'],
  ['a name that leaves the bundle in its middle', { name: 'host/../../x', content: 'x' }, 'file, 1 B'],
  ['a symbolic link', { name: 'host/boot', type: 'symlink', linkname: '/etc/shadow' }, 'symlink, 0 B'],
  ['a hard link', { name: 'host/boot', type: 'link', linkname: '/etc/shadow' }, 'link, 0 B'],
  ['a block device', { name: 'host/boot', type: 'block-device', devmajor: 8 }, 'block-device, 0 B'],
  ['a character device', { name: 'host/boot', type: 'character-device', devmajor: 1 }, 'character-device, 0 B'],
  ['a FIFO', { name: 'host/boot', type: 'fifo' }, 'fifo, 0 B'],
  ['a name with a newline', { name: 'host/bo\not', content: 'x' }, 'file, 1 B'],
  ['a name with colours', { name: 'host/\u001B[31mboot', content: 'x' }, 'file, 1 B'],
  ['a name with markup', { name: '<script>alert(1)</script>', content: 'x' }, 'file, 1 B'],
  ['a name that every object has', { name: 'host/__proto__', content: 'x' }, 'file, 1 B'],
  ['the same member twice', { name: 'host/uname', content: 'Linux 9.9.9' }, 'file, 11 B, a second time'],
] as const satisfies readonly [string, Member, string][]) {
  test(`hostile: ${what}`, async (t) => {
    t.deepEqual(await problemsWith(t, member), [{ file: member.name, expected, found }]);
  });
}

test('hostile: a file of 17 MB', async (t) => {
  const member = { name: 'deep/goroutines', content: Buffer.alloc(17 << 20, 'x') };
  t.deepEqual(await problemsWith(t, member), [{ file: member.name, expected, found: 'file, 17,825,792 B' }]);
});

test('hostile: more members than a bundle has', async (t) => {
  const many = Array.from({ length: 5001 }, (_, index): Member => ({ name: `host/x${index}`, content: '' }));
  const { problems } = await readContent(t, await tarOf([...usual, ...many]));
  t.like(problems.at(-1), { expected: 'a whole tar file', found: 'more than 5,000 members' });
});

test('hostile: a gzip bomb', async (t) => {
  const file = path.join(scratch(t), 'bundle.tar.gz');
  const zeroes = Buffer.alloc(1 << 20);
  await pipeline(
    Array.from({ length: 200 }, () => zeroes),
    createGzip(),
    createWriteStream(file),
  );
  await t.throwsAsync(readBundle(file), {
    instanceOf: LabError,
    message: `reading the bundle ${file}: more than 134,217,728 B when it is decompressed
  expected: a tar file of the collector
  what you can do: take one with: npm run lab -- diagnose --print-collector > collect.sh && sh collect.sh. What people paste is read with --dump FILE`,
  });
});

test('hostile: a sparse file that is larger than any bundle', async (t) => {
  const file = path.join(scratch(t), 'bundle.tar');
  await writeFile(file, '');
  await truncate(file, 2 ** 40);
  await t.throwsAsync(readBundle(file), { instanceOf: LabError, message: /1099511627776 bytes, more than 67108864/ });
  const directory = await directoryWith(t);
  await truncate(path.join(directory, 'host/uname'), 2 ** 40);
  const { problems, files } = await readBundle(directory);
  t.false(files.has('host/uname'));
  t.true(problems[0]?.found.includes('it has 1099511627776 bytes, more than 16777216'), problems[0]?.found);
});

test('hostile: a sparse member, as GNU tar packs it', async (t) => {
  const directory = await directoryWith(t);
  await truncate(path.join(directory, 'host/uname'), 8 << 20);
  const file = `${directory}.tar`;
  await run('tar', ['--sparse', '-cf', file, '-C', directory, '.']);
  const { files, problems } = await readBundle(file);
  t.false(files.has('host/uname'));
  t.true(problems.some((problem) => problem.file === 'host/uname' || problem.file.includes('GNUSparseFile')));
});

test('another format', async (t) => {
  const files = fakeFiles({ bundle: (fakeFiles().get('bundle') ?? '').replace('format 1', 'format 2') });
  const directory = await directoryWith(t, files);
  await t.throwsAsync(readBundle(directory), {
    instanceOf: LabError,
    message: `reading the bundle ${directory}: bundle: format 2
  expected: a bundle of format 1
  what you can do: take one with: npm run lab -- diagnose --print-collector > collect.sh && sh collect.sh. What people paste is read with --dump FILE`,
  });
});

test('files that are no bundles', async (t) => {
  const message = async (content: Buffer | string) => {
    const error = await t.throwsAsync(readContent(t, content), { instanceOf: LabError });
    return error?.message
      .split('\n')
      .slice(0, 2)
      .join('\n')
      .replaceAll(/\/\S*bundle\.tar/g, 'FILE');
  };
  t.is(await message(''), 'reading the bundle FILE: it is empty\n  expected: a tar file of the collector');
  const notTar = 'reading the bundle FILE: it is no tar file\n  expected: a tar file of the collector';
  const picture = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
  t.is(await message(Buffer.concat([picture, Buffer.alloc(4096, 7)])), notTar);
  t.is(await message(picture), notTar);
  t.is(await message('goroutine profile: total 12\n'.repeat(100)), notTar);
  t.is(await message(gzipSync('hello')), notTar);
  const other = await tarOf([{ name: 'README', content: 'hello' }]);
  const noFile =
    'reading the bundle FILE: bundle: no such file\n  expected: a file of that name, which the collector writes';
  t.is(await message(other), noFile);
});

test('a directory without the file bundle, a path that is nothing, and one that is a device', async (t) => {
  const directory = await directoryWith(t, new Map([['host/uname', 'Linux']]));
  await t.throwsAsync(readBundle(directory), { instanceOf: LabError, message: /: bundle: no such file\n/ });
  await t.throwsAsync(readBundle(`${directory}/none`), {
    instanceOf: LabError,
    message: /no such file|does not exist/i,
  });
  await t.throwsAsync(readBundle('/dev/zero'), { instanceOf: LabError });
});

test('a directory: links, pipes and files of other names are not read', async (t) => {
  const directory = await directoryWith(t);
  await writeFile(`${directory}-secret`, 'Linux 9.9.9');
  await symlink(`${directory}-secret`, path.join(directory, 'host/boot'));
  await run('mkfifo', [path.join(directory, 'host/identity')]);
  await symlink('/etc', path.join(directory, 'deep'));
  await writeFile(path.join(directory, 'notes.txt'), 'mine');
  const { files, problems } = await readBundle(directory);
  t.deepEqual(Object.fromEntries(files), Object.fromEntries(fakeFiles()));
  t.deepEqual(
    problems.map(({ file, expected: wanted }) => `${file}: ${wanted}`),
    [
      'deep: a directory',
      'notes.txt: a file of the collector',
      'host/boot: a regular file',
      'host/identity: a regular file',
    ],
  );
});
