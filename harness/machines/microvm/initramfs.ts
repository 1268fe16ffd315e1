import { createHash } from 'node:crypto';
import { appendFile, copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { guestInit } from '../agent/guest-init.ts';
import { z } from 'zod';
import type { Fetching } from '../../../vms/build.ts';
import { fetchOnce } from '../../fetch/cache.ts';
import { fetchKit, type Kit } from '../../fetch/kit.ts';
import { cacheVersion } from '../../fetch/manifest.ts';
import { runWell } from '../../fetch/programs/program.ts';
import { fetchStaticProgram } from '../../fetch/static-program.ts';
import { portLimits, serialLimits } from '../agent/limits.ts';
import { cpio, type CpioEntry } from './cpio.ts';
import { ownProgram } from '../../core/own-program.ts';
import type { KernelModule } from './modules.ts';

/** A file to be put into a guest. */
export type GuestFile = { path: string; mode: number } & ({ content: string | Uint8Array } | { source: string });

/** The parts of one guest beside the common base. */
export interface GuestParts {
  cgroupVersion: 1 | 2;
  /** In the order in which they are loaded. */
  modules: readonly KernelModule[];
  files: readonly GuestFile[];
}

const schema = z.strictObject({ version: z.literal(cacheVersion), bytes: z.int() });

/** The sources of the base: it is made again when one of these changes. */
const makers = ['initramfs', 'cpio'].map((name) => ownProgram(import.meta.dirname, name));

/**
 * Writes the root file system of a guest: what all have, from the cache, and after it an archive of its own. The kernel
 * unpacks one after the other. Not compressed, as the guest's CPU would have to undo it.
 */
export async function writeInitramfs(file: string, parts: GuestParts, fetching: Fetching): Promise<void> {
  const base = await fetchBase(fetching);
  await copyFile(base, file);
  await appendFile(file, cpio(await ownEntries(parts)));
}

async function fetchBase(fetching: Fetching): Promise<string> {
  const kit = await fetchKit('guest', fetching);
  const init = await readFile(await fetchStaticProgram(guestInit, fetching));
  const hash = createHash('sha256')
    .update(JSON.stringify([kit.packages, kit.digests]))
    .update(init);
  for (const maker of makers) hash.update(await readFile(maker));
  const base = await fetchOnce(
    {
      entry: `initramfs/${hash.digest('hex')}`,
      what: 'the root file system of guests',
      megabytes: 5,
      schema,
      async make(staging) {
        const archive = cpio(await baseEntries(kit, init));
        await writeFile(path.join(staging, 'base.cpio'), archive);
        return { version: cacheVersion, bytes: archive.length };
      },
    },
    fetching,
  );
  return path.join(base.directory, 'base.cpio');
}

async function baseEntries({ root }: Kit, init: Buffer): Promise<CpioEntry[]> {
  const busybox = path.join(root, 'usr/bin/busybox');
  const applets = (await runWell(busybox, ['--list'])).split('\n').filter((name) => name && name !== 'busybox');
  return [
    ...['proc', 'sys', 'run', 'tmp', 'root', 'mnt', 'dev'].map((name) => directory(name)),
    // For the time before devtmpfs is there: the first program's output.
    { path: 'dev/console', kind: 'character-device', mode: 0o600, major: 5, minor: 1 },
    ...['bin', 'sbin'].map((name) => link(name, `usr/${name}`)),
    directory('lab'),
    directory('usr/sbin'),
    { path: 'usr/bin/busybox', kind: 'file', mode: 0o755, content: await readFile(busybox) },
    ...applets.map((name) => link(`usr/bin/${name}`, 'busybox')),
    { path: 'init', kind: 'file', mode: 0o755, content: init },
    text('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n'),
    text('etc/group', 'root:x:0:\n'),
    text('etc/hosts', '127.0.0.1\tlocalhost\n'),
  ];
}

async function ownEntries({ cgroupVersion, modules, files }: GuestParts): Promise<CpioEntry[]> {
  const settings = {
    cgroups: cgroupVersion,
    line_frame: serialLimits.frame,
    line_window: serialLimits.window,
    port_frame: portLimits.frame,
    port_window: portLimits.window,
  };
  return [
    text(
      'lab/settings',
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    ),
    text('lab/modules', modules.map(({ name }) => `${name}\n`).join('')),
    ...modules.map(({ name, content }): CpioEntry => ({ path: `lab/${name}`, kind: 'file', mode: 0o644, content })),
    ...(await Promise.all(
      files.map(async (file): Promise<CpioEntry> => {
        const content = 'source' in file ? await readFile(file.source) : Buffer.from(file.content);
        return { path: file.path.replace(/^\//, ''), kind: 'file', mode: file.mode, content };
      }),
    )),
  ];
}

function directory(name: string): CpioEntry {
  return { path: name, kind: 'directory', mode: name === 'tmp' ? 0o1777 : 0o755 };
}

function link(name: string, target: string): CpioEntry {
  return { path: name, kind: 'link', target };
}

function text(name: string, content: string): CpioEntry {
  return { path: name, kind: 'file', mode: 0o644, content: Buffer.from(content) };
}
