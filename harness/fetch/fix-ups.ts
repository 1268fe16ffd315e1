import { access, chmod, copyFile, lstat, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UserlandRecipe } from '../../vms/debian.ts';
import { runWell } from './programs/program.ts';

/** Mount points of a cell, what maintainer scripts would have made, and what the lab itself puts somewhere. */
const folders = [
  'proc sys dev run tmp',
  'root home mnt var/tmp var/log var/lib/docker etc/docker',
  // The lab's own files, a build that was brought, and the old root while a cell pivots.
  'lab opt/docker old',
].flatMap((line) => line.split(' '));

/** Applets that would act on the machine's kernel if a daemon in a cell found them. */
const withheld = new Set(['busybox', 'modprobe', 'insmod', 'rmmod', 'depmod']);

/** Makes good for what maintainer scripts would have done, as far as a cell needs it. */
export async function fixUp(root: string, recipe: UserlandRecipe): Promise<void> {
  for (const folder of folders) await mkdir(join(root, folder), { recursive: true });
  for (const folder of ['tmp', 'var/tmp']) await chmod(join(root, folder), 0o1777);
  await linkRun(root);
  await chooseIptables(root);
  await linkApplets(root);
  await linkDevmapper(root);
  await writeAccounts(root);
  await writeHosts(root);
  await writeRelease(root, recipe.suite);
}

/** The script of `base-files`: programs look for sockets in both. */
async function linkRun(root: string): Promise<void> {
  await rm(join(root, 'var/run'), { recursive: true, force: true });
  await symlink('/run', join(root, 'var/run'));
}

/** update-alternatives never ran. The nft flavour, as Debian chooses it since buster and the hosts of today have it. */
async function chooseIptables(root: string): Promise<void> {
  for (const family of ['iptables', 'ip6tables']) {
    for (const name of [family, `${family}-save`, `${family}-restore`]) {
      await linkIfAbsent(root, join('usr/sbin', name), 'xtables-nft-multi');
    }
  }
}

async function linkApplets(root: string): Promise<void> {
  // A static binary of the machine's architecture: it runs without the userland around it, and so without root.
  const applets = (await runWell(join(root, 'usr/bin/busybox'), ['--list'])).split('\n');
  const shipped = new Set((await Promise.all(['usr/bin', 'usr/sbin'].map((dir) => readdir(join(root, dir))))).flat());
  for (const applet of applets) {
    if (applet === '' || withheld.has(applet) || shipped.has(applet)) continue;
    await symlink('busybox', join(root, 'usr/bin', applet));
  }
}

/** Red Hat's name for the same library with the same symbol versions: rpms of docker-ce need `libdevmapper.so.1.02`. */
async function linkDevmapper(root: string): Promise<void> {
  for (const triplet of await readdir(join(root, 'usr/lib'))) {
    const library = join('usr/lib', triplet, 'libdevmapper.so.1.02.1');
    if (await exists(join(root, library))) {
      await linkIfAbsent(root, join('usr/lib', triplet, 'libdevmapper.so.1.02'), 'libdevmapper.so.1.02.1');
    }
  }
}

/** The script of `base-passwd`, and of docker.io: dockerd gives its socket to the group `docker`. */
async function writeAccounts(root: string): Promise<void> {
  await writeFile(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  );
  await writeFile(join(root, 'etc/group'), 'root:x:0:\ndocker:x:999:\nnogroup:x:65534:\n');
}

async function writeHosts(root: string): Promise<void> {
  await writeFile(join(root, 'etc/hosts'), '127.0.0.1\tlocalhost\n::1\tlocalhost\n');
  // dockerd copies it into every container. A cell has no name server, so it names none.
  await writeFile(join(root, 'etc/resolv.conf'), '');
}

async function writeRelease(root: string, suite: string): Promise<void> {
  const file = join(root, 'etc/os-release');
  if (await exists(file)) return;
  await rm(file, { force: true });
  const shipped = join(root, 'usr/lib/os-release');
  if (await exists(shipped)) return copyFile(shipped, file);
  return writeFile(
    file,
    `PRETTY_NAME="Debian GNU/Linux (${suite})"\nNAME="Debian GNU/Linux"\nVERSION_CODENAME=${suite}\nID=debian\n`,
  );
}

async function linkIfAbsent(root: string, path: string, target: string): Promise<void> {
  const present = await lstat(join(root, path)).catch(() => undefined);
  if (present === undefined) await symlink(target, join(root, path));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
