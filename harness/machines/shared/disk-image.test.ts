import { mkdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { scratch } from '../../../test/support/scratch.ts';
import { runWell } from '../../fetch/programs/program.ts';
import { fetchDiskImage, fetchTreeImage } from './disk-image.ts';

/** Of e2fsprogs, as mke2fs is: looks into an image without mounting it. */
async function inImage(t: ExecutionContext, image: string, request: string): Promise<string> {
  try {
    return await runWell('debugfs', ['-R', request, image]);
  } catch (error) {
    t.fail(`debugfs is needed, of e2fsprogs: ${String(error)}`);
    return '';
  }
}

async function fetchingIn(t: ExecutionContext) {
  return { cache: scratch(t), progress: () => {} };
}

test('a directory as an image, made once for a content', async (t) => {
  const source = scratch(t);
  await mkdir(path.join(source, 'etc'));
  await writeFile(path.join(source, 'etc/hosts'), '127.0.0.1\tlocalhost\n');
  const fetching = await fetchingIn(t);
  const image = await fetchDiskImage(source, fetching);
  t.is(await inImage(t, image, 'cat /etc/hosts'), '127.0.0.1\tlocalhost');
  t.is((await readFile(image)).readUInt16LE(0x438), 0xef53, 'the magic number of ext4');
  const { mtimeMs } = await stat(image);
  t.is(await fetchDiskImage(source, fetching), image);
  t.is((await stat(image)).mtimeMs, mtimeMs);
  await utimes(path.join(source, 'etc/hosts'), 1, 1);
  t.not(await fetchDiskImage(source, fetching), image);
});

test('a file as an image is alone in its root', async (t) => {
  const source = path.join(scratch(t), 'tool');
  await writeFile(source, 'x'.repeat(5000), { mode: 0o755 });
  const image = await fetchDiskImage(source, await fetchingIn(t));
  t.is((await inImage(t, image, 'cat /file')).length, 5000);
});

test('files of the host as an image, under the paths that they have there, and links as what they lead to', async (t) => {
  const directory = scratch(t);
  const [library, link] = [path.join(directory, 'libc-2.36.so'), path.join(directory, 'libc.so.6')];
  await writeFile(library, 'library');
  await symlink(library, link);
  const fetching = await fetchingIn(t);
  const tree = { files: [link], mountPoints: ['/proc', '/dev'], what: 'a library' };
  const image = await fetchTreeImage(tree, fetching);
  t.is(await inImage(t, image, `cat ${link}`), 'library');
  t.is(await inImage(t, image, `cat ${library}`), '', 'only what was asked for');
  t.regex(await inImage(t, image, 'ls -p /'), /^\/\d+\/040755\/0\/0\/proc\/\/$/m);
  await writeFile(library, 'library, upgraded');
  t.not(await fetchTreeImage(tree, fetching), image, 'the link is the same, what it leads to is not');
});
