import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { pack, type Header } from 'tar-stream';
import { scratch } from '../../test/support/scratch.ts';
import { packCell, unpackCell } from './archive.ts';

test('a cell comes back as it was, without links', async (t) => {
  const directory = scratch(t);
  const from = path.join(directory, 'from');
  const to = path.join(directory, 'to');
  const file = path.join(directory, 'cell.tar.gz');
  await mkdir(path.join(from, 'profiles'), { recursive: true });
  await mkdir(to);
  await writeFile(path.join(from, 'verdict.json'), '{"a":1}\n');
  await writeFile(path.join(from, 'empty.log'), '');
  await writeFile(path.join(from, 'profiles/heap.pb.gz'), Buffer.alloc(300_000, 7));
  await symlink('/etc/passwd', path.join(from, 'passwd'));
  const { sha256, bytes } = await packCell(from, file);
  t.regex(sha256, /^[0-9a-f]{64}$/);
  t.is((await readFile(file)).length, bytes);
  await unpackCell(file, to);
  t.deepEqual((await readdir(to, { recursive: true })).toSorted(), [
    'empty.log',
    'profiles',
    'profiles/heap.pb.gz',
    'verdict.json',
  ]);
  t.deepEqual(await readFile(path.join(to, 'profiles/heap.pb.gz')), Buffer.alloc(300_000, 7));
  t.is(await readFile(path.join(to, 'verdict.json'), 'utf8'), '{"a":1}\n');
});

type Member = Pick<Header, 'name'> & Partial<Header>;

async function refusal(t: ExecutionContext, members: Member[]): Promise<string> {
  const directory = scratch(t);
  const file = path.join(directory, 'hostile.tar.gz');
  const archive = pack();
  for (const header of members) {
    if (header.type === undefined) archive.entry(header, 'x');
    else archive.entry(header, '');
  }
  archive.finalize();
  await pipeline(archive, createGzip(), createWriteStream(file));
  const to = path.join(directory, 'to');
  await mkdir(to);
  const error = await t.throwsAsync(unpackCell(file, to));
  t.deepEqual((await readdir(directory)).toSorted(), ['hostile.tar.gz', 'to']);
  return error?.message.split('\n')[0] ?? '';
}

const refuses = test.macro({
  async exec(t, header: Member, why: string) {
    t.is(await refusal(t, [header]), `unpacking the result of a cell: ${why}`);
  },
  title: (_, { name, type = 'file' }: Member) => `an archive with a ${type} of the name ${JSON.stringify(name)}`,
});

test(refuses, { name: '../verdict.json' }, 'it has a member of the name "../verdict.json"');
test(refuses, { name: '/etc/passwd' }, 'it has a member of the name "/etc/passwd"');
test(refuses, { name: 'a/../../b' }, 'it has a member of the name "a/../../b"');
test(refuses, { name: '.bashrc' }, 'it has a member of the name ".bashrc"');
test(refuses, { name: 'a\nb' }, 'it has a member of the name "a\\nb"');
test(refuses, { name: 'a/b/c/d/e/f/g/h' }, 'it has a member of the name "a/b/c/d/e/f/g/h"');
test(
  refuses,
  { name: 'link', type: 'symlink', linkname: '/etc/passwd' },
  'the member "link" is a symlink, and not a file',
);
test(refuses, { name: 'hard', type: 'link', linkname: 'verdict.json' }, 'the member "hard" is a link, and not a file');
test(refuses, { name: 'pipe', type: 'fifo' }, 'the member "pipe" is a fifo, and not a file');

test('a second member of one name, and an archive that is cut or none', async (t) => {
  const directory = scratch(t);
  t.regex(await refusal(t, [{ name: 'a' }, { name: 'a' }]), /EEXIST/);
  for (const [name, content] of Object.entries({
    none: Buffer.from('no archive'),
    cut: gzipSync(Buffer.alloc(2000, 'x')).subarray(0, 20),
  })) {
    const file = path.join(directory, name);
    await writeFile(file, content);
    await mkdir(`${file}.d`);
    await t.throwsAsync(unpackCell(file, `${file}.d`), { message: /^unpacking the result of a cell: / });
  }
});
