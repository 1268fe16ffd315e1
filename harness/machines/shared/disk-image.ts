import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { copyFile, cp, lstat, mkdir, readdir, readlink, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Fetching } from '../../../vms/build.ts';
import { fetchOnce } from '../../fetch/cache.ts';
import { cacheVersion } from '../../fetch/manifest.ts';
import { fetchMke2fs } from '../../fetch/mke2fs.ts';
import { runWell } from '../../fetch/programs/program.ts';

const schema = z.strictObject({ version: z.literal(cacheVersion), bytes: z.int() });

/** Of ext4: a file takes whole blocks. */
const block = 4096;

/**
 * The overhead of ext4 in an image: a tenth for inodes and maps, and some bytes that even an empty one has. The first eleven
 * inodes are its own, and the directories above a tree's files want some.
 */
const overhead = { part: 0.1, bytes: 8 << 20, inodes: 256 };

/** No journal and no checksums, as it is never written to. Root owns all that has no owner yet, nothing is kept in reserve. */
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
export async function fetchDiskImage(source: string, fetching: Fetching): Promise<string> {
  return fetchImage(await survey([source], lstat), source, fetching, async (staging) => {
    if ((await lstat(source)).isDirectory()) return source;
    await mkdir(staging);
    await copyFile(source, path.join(staging, alone));
    return staging;
  });
}

/** An image with one file of so many pages of 4 KiB that are zero, called `file`. Kept as {@link fetchDiskImage}'s. */
export async function fetchPagesImage(pages: number, fetching: Fetching): Promise<string> {
  const known = { digest: `zero-pages-${pages}`, bytes: pages * block, entries: 1 };
  return fetchImage(known, `a file of ${pages} pages`, fetching, async (staging) => {
    await mkdir(staging);
    const file = path.join(staging, alone);
    await writeFile(file, '');
    await truncate(file, pages * block);
    return staging;
  });
}

/** The name of a file that is alone in an image; docker-root.sh uses it. */
const alone = 'file';

/** Files and directories of the host, absolute, which an image shows under the paths that they have there. */
export interface Tree {
  files: readonly string[];
  /** Empty directories beside them, where something is to be mounted. */
  mountPoints: readonly string[];
  /** For people, e.g. `the programs of clients`. */
  what: string;
}

/**
 * An image with some of the host's files; links to them are followed. Kept as {@link fetchDiskImage}'s.
 *
 * @throws {LabError} when the cache has no space left for it
 */
export async function fetchTreeImage({ files, mountPoints, what }: Tree, fetching: Fetching): Promise<string> {
  return fetchImage(await survey(files, stat, mountPoints), what, fetching, async (staging) => {
    for (const directory of mountPoints) await mkdir(path.join(staging, directory), { recursive: true });
    for (const file of files) await cp(file, path.join(staging, file), { recursive: true, dereference: true });
    return staging;
  });
}

/** @param fill makes a directory with the content at the path that it gets, or returns one that is there already */
async function fetchImage(
  { digest, bytes, entries }: Survey,
  what: string,
  fetching: Fetching,
  fill: (staging: string) => Promise<string>,
): Promise<string> {
  const size = Math.ceil((bytes * (1 + overhead.part) + overhead.bytes) / block) * block;
  const { directory } = await fetchOnce(
    {
      entry: `disk-images/${digest}`,
      what: `a disk image of ${what}`,
      megabytes: Math.ceil(size / 1e6),
      schema,
      async make(staging) {
        const own = path.join(staging, 'content');
        const content = await fill(own);
        const [program = '', ...words] = await fetchMke2fs(fetching);
        const image = path.join(staging, 'image');
        const inodes = `${entries + overhead.inodes}`;
        await runWell(program, [...words, ...format, '-N', inodes, '-d', content, image, `${size / 1024}k`], {
          signal: fetching.signal,
        });
        await rm(own, { recursive: true, force: true });
        return { version: cacheVersion, bytes: size };
      },
    },
    fetching,
  );
  return path.join(directory, 'image');
}

/** The properties of a content that are known without reading it. */
interface Survey {
  /** A digest of names, sizes and times, which identifies the content. */
  digest: string;
  /** Its size in blocks. */
  bytes: number;
  /** Files, directories and links. */
  entries: number;
}

/** @param look follows links, or does not */
async function survey(
  sources: readonly string[],
  look: (file: string) => Promise<Stats>,
  mountPoints: readonly string[] = [],
): Promise<Survey> {
  const hash = createHash('sha256');
  if (mountPoints.length > 0) hash.update(JSON.stringify(mountPoints));
  let bytes = 0;
  let entries = 0;
  for (const source of sources) {
    const isDirectory = (await look(source)).isDirectory();
    const names = isDirectory ? (await readdir(source, { recursive: true })).toSorted() : [];
    for (const file of [source, ...names.map((name) => path.join(source, name))]) {
      const facts = await look(file);
      const { mode, uid, gid, size, mtimeMs } = facts;
      const content = facts.isSymbolicLink() ? await readlink(file) : [size, mtimeMs];
      hash.update(JSON.stringify([file, mode, uid, gid, content]));
      bytes += Math.ceil(size / block) * block;
      entries++;
    }
  }
  return { digest: hash.digest('hex'), bytes, entries };
}
