import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { extract, pack } from 'tar-stream';
import { LabError } from '../core/errors.ts';

/** Bounds of a cell's directory: the largest seen had 15 MB of logs, 120 files, and directories two deep. */
const [mostFiles, deepest] = [2000, 6];
/** Of one archive, packed and unpacked. */
export const mostPackedBytes = 256 << 20;
const mostBytes = 1 << 30;

/** A name of a file in an archive: no part of it leads elsewhere. */
const harmless = /^[\w,=+@ -][\w.,=+@: -]{0,199}$/;

/**
 * Packs the regular files of a cell's directory. Links, pipes and devices are left out.
 *
 * @returns the digest of the archive, and its bytes
 */
export async function packCell(directory: string, file: string): Promise<{ sha256: string; bytes: number }> {
  const archive = pack();
  const hash = createHash('sha256');
  let bytes = 0;
  const writing = pipeline(
    archive,
    createGzip({ level: 4 }),
    async function* (parts: AsyncIterable<Buffer>) {
      for await (const part of parts) {
        hash.update(part);
        bytes += part.length;
        yield part;
      }
    },
    createWriteStream(file, { flags: 'wx' }),
  );
  const filling = fill(archive, directory, '', 0).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  await Promise.all([writing, filling]);
  return { sha256: hash.digest('hex'), bytes };
}

async function fill(archive: ReturnType<typeof pack>, root: string, below: string, depth: number): Promise<void> {
  if (depth > deepest) return;
  const entries = await readdir(path.join(root, below), { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => a.name.localeCompare(b.name))) {
    const name = path.posix.join(below, entry.name);
    if (entry.isDirectory()) await fill(archive, root, name, depth + 1);
    if (!entry.isFile()) continue;
    const { size } = await lstat(path.join(root, name));
    const member = archive.entry({ name, size, mode: 0o644, mtime: new Date(0) });
    // A log that still grows: the size of the header is what counts.
    await (size === 0 ? endOf(member) : pipeline(createReadStream(path.join(root, name), { end: size - 1 }), member));
  }
}

function endOf(member: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    member.on('finish', resolve);
    member.end();
  });
}

/**
 * Unpacks an archive that came over the network into a directory that is there and empty: regular files with harmless names, within limits.
 *
 * @throws {LabError} naming what is wrong with it
 */
export async function unpackCell(file: string, target: string): Promise<void> {
  const wrong = (happened: string, cause?: unknown) =>
    new LabError(
      { doing: 'unpacking the result of a cell', expected: 'an archive as a worker of this lab packs it', happened },
      { cause },
    );
  const entries = extract();
  const reading = pipeline(createReadStream(file), createGunzip(), entries).catch((error: unknown) => {
    entries.destroy();
    throw error instanceof LabError ? error : wrong(error instanceof Error ? error.message : String(error), error);
  });
  const unpacking = (async () => {
    let files = 0;
    let bytes = 0;
    for await (const entry of entries) {
      const { name, type, size } = entry.header;
      const parts = name.split('/');
      if (type !== 'file') throw wrong(`the member ${JSON.stringify(name)} is a ${type}, and not a file`);
      if (parts.length > deepest + 1 || !parts.every((part) => harmless.test(part)))
        throw wrong(`it has a member of the name ${JSON.stringify(name.slice(0, 200))}`);
      bytes += size;
      if (++files > mostFiles) throw wrong(`it has more than ${mostFiles} files`);
      if (bytes > mostBytes) throw wrong(`its files have more than ${mostBytes} bytes`);
      if (parts.length > 1) await mkdir(path.join(target, path.dirname(name)), { recursive: true });
      await pipeline(entry, createWriteStream(path.join(target, name), { flags: 'wx' }));
    }
  })();
  // The error of a member comes first: the stream then ends with one of its own.
  const [unpacked, read] = await Promise.allSettled([
    unpacking.catch((error: unknown) => {
      entries.destroy();
      throw error;
    }),
    reading,
  ]);
  for (const one of [unpacked, read]) if (one.status === 'rejected') throw asLabError(one.reason, wrong);
}

function asLabError(error: unknown, wrong: (happened: string, cause?: unknown) => LabError): unknown {
  // What the file system refuses is no fault of the archive.
  if (error instanceof LabError || (error instanceof Error && 'syscall' in error)) return error;
  return wrong(error instanceof Error ? error.message : String(error), error);
}
