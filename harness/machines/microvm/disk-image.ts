import { createHash } from 'node:crypto';
import { copyFile, lstat, mkdir, readdir, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Obtaining } from '../../../vms/build.ts';
import { obtainOnce } from '../../../vms/cache.ts';
import { cacheVersion } from '../../../vms/obtain/manifest.ts';
import { obtainMke2fs } from '../../../vms/obtain/mke2fs.ts';
import { runWell } from '../../../vms/obtain/program.ts';

const schema = z.strictObject({ version: z.literal(cacheVersion), bytes: z.int() });

/** Of ext4: a file takes whole blocks. */
const block = 4096;

/** What ext4 itself takes of an image: a tenth for inodes and maps, and some bytes that even an empty one has. */
const overhead = { part: 0.1, bytes: 8 << 20 };

/** No journal and no checksums: nobody writes to it. Root owns all that has no owner yet, nothing is kept in reserve. */
const format = [
  '-q',
  '-t',
  'ext4',
  '-b',
  `${block}`,
  '-m',
  '0',
  '-O',
  '^has_journal,^metadata_csum',
  '-E',
  'root_owner=0:0',
];

/**
 * An image of an ext4 file system with what a directory has, or with a file alone, which is then in its root, called
 * `file`. It is made once for a content and kept in the cache; all guests read the same one. Needs no root.
 *
 * @throws {LabError} when the cache has no space left for it
 */
export async function obtainDiskImage(source: string, obtaining: Obtaining): Promise<string> {
  const { digest, bytes } = await survey(source);
  const size = Math.ceil((bytes * (1 + overhead.part) + overhead.bytes) / block) * block;
  const { directory } = await obtainOnce(
    {
      entry: `disk-images/${digest}`,
      what: `a disk image of ${source}`,
      megabytes: Math.ceil(size / 1e6),
      schema,
      async make(staging) {
        const content = (await lstat(source)).isDirectory()
          ? source
          : await aloneIn(path.join(staging, 'content'), source);
        const [program = '', ...words] = await obtainMke2fs(obtaining);
        const image = path.join(staging, 'image');
        await runWell(program, [...words, ...format, '-d', content, image, `${size / 1024}k`], {
          signal: obtaining.signal,
        });
        if (content !== source) await rm(content, { recursive: true });
        return { version: cacheVersion, bytes: size };
      },
    },
    obtaining,
  );
  return path.join(directory, 'image');
}

/** What a file is called that is alone in an image; docker-root.sh knows it. */
const alone = 'file';

async function aloneIn(directory: string, file: string): Promise<string> {
  await mkdir(directory);
  await copyFile(file, path.join(directory, alone));
  return directory;
}

/** What tells one content from another without reading it: names, sizes, times; and what it takes in blocks. */
async function survey(source: string): Promise<{ digest: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const isDirectory = (await lstat(source)).isDirectory();
  const names = isDirectory ? (await readdir(source, { recursive: true })).toSorted() : [];
  for (const file of [source, ...names.map((name) => path.join(source, name))]) {
    const facts = await lstat(file);
    const { mode, uid, gid, size, mtimeMs } = facts;
    const content = facts.isSymbolicLink() ? await readlink(file) : [size, mtimeMs];
    hash.update(JSON.stringify([file, mode, uid, gid, content]));
    bytes += Math.ceil(size / block) * block;
  }
  return { digest: hash.digest('hex'), bytes };
}
