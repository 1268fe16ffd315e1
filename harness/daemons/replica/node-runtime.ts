import { createHash } from 'node:crypto';
import { copyFile, open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Fetching } from '../../../vms/build.ts';
import { fetchOnce } from '../../fetch/cache.ts';
import { cacheVersion } from '../../fetch/manifest.ts';
import { runtimeFiles } from '../../fetch/node-runtime.ts';

/** The way a cell runs this very Node: the directory of the host to show, its place in the cell, and the command. */
export interface NodeRuntime {
  mount: { source: string; target: string };
  command: string[];
}

/** Where the files are in a cell. */
const target = '/opt/node';

/**
 * Bytes at the start of a file that identify it, with its size: the headers of an ELF file, the number of its build among them. Neither its path nor
 * its time does: each clone has others, and an entry of 126 MB would be made for each.
 */
const headBytes = 65_536;

/** Bytes that are counted as a megabyte of free space. */
const megabyte = 1e6;

const schema = z.strictObject({ version: z.literal(cacheVersion), files: z.array(z.string()) });

/**
 * The Node that runs the lab, for a userland that may lack its libraries (Debian's `tools` has no libstdc++) or have
 * others: it is started by the host's own dynamic loader with the host's own libraries, which are known to fit. All lie
 * in one directory of the cache, so that a machine has to show only that, and not the host's libraries.
 */
export async function fetchNodeRuntime(fetching: Fetching): Promise<NodeRuntime> {
  const files = runtimeFiles();
  const read = await Promise.all(
    files.map(async (file) => ({ name: path.basename(file), head: await headOf(file), size: (await stat(file)).size })),
  );
  const identity = createHash('sha256').update(process.version);
  for (const { name, head, size } of read) identity.update(`${name} ${size}\n`).update(head);
  const digest = identity.digest('hex');
  const bytes = read.reduce((sum, { size }) => sum + size, 0);
  const { directory } = await fetchOnce(
    {
      entry: `node-runtimes/${digest}`,
      what: 'the Node of the replica',
      megabytes: Math.ceil(bytes / megabyte),
      schema,
      async make(staging) {
        // The loader's usual path is a link: what it leads to is copied, under the name that programs ask for.
        for (const file of files) await copyFile(await realpath(file), path.join(staging, path.basename(file)));
        return { version: cacheVersion, files };
      },
    },
    fetching,
  );
  const shown = (file: string) => `${target}/${path.basename(file)}`;
  const loader = files.find((file) => path.basename(file).startsWith('ld-'));
  const node = shown(process.execPath);
  return {
    mount: { source: directory, target },
    // A static Node needs no loader.
    command: loader === undefined ? [node] : [shown(loader), '--library-path', target, node],
  };
}

async function headOf(file: string): Promise<Uint8Array> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(new Uint8Array(headBytes), 0, headBytes, 0);
  return buffer.subarray(0, bytesRead);
}
