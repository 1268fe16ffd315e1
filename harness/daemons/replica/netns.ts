import { closeSync, openSync, statfsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { ipBatch, runProgram } from './program.ts';

/** Where network namespaces are kept: bind mounts on empty files, in the daemon's own mount namespace. */
const directory = '/var/run/docker/netns';

/** NSFS_MAGIC of linux/magic.h, and PROC_SUPER_MAGIC, which the files of namespaces have before Linux 3.19. */
const namespaceMagics: ReadonlySet<number> = new Set([0x6e_73_66_73, 0x9f_a0]);

/** Where the namespace of a sandbox is kept: under the first twelve characters of its id. */
export function netnsPath(sandbox: string): string {
  return `${directory}/${sandbox.slice(0, 12)}`;
}

/** Makes a network namespace, sets it up by commands of iproute2, and keeps it by a bind mount. */
export async function makeNetns(path: string, setup: readonly string[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(path, '');
  try {
    await ipBatch(['link set lo up', ...setup], ['unshare', `--net=${path}`]);
  } catch (error) {
    await removeNetns(path);
    throw error;
  }
}

/** Keeps the daemon's own network namespace under a name, for containers with the host's network. */
export async function keepOwnNetns(path: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(path, '');
  await runProgram('mount', ['--bind', '/proc/self/ns/net', path]);
}

/**
 * Does what libnetwork does at a restore: opens the file and enters the namespace. On the plain file that is left when
 * the mount is gone, setns(2) says EINVAL; here the type of the file system is checked instead, with the same result.
 *
 * @throws {Error} in libnetwork's words.
 */
export function enterNetns(path: string): void {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    throw new Error(`failed get network namespace "${path}": no such file or directory`);
  }
  try {
    if (namespaceMagics.has(statfsSync(path).type)) return;
    throw new Error(
      'failed to create a netlink handle: ' +
        `failed to set into network namespace ${fd} while creating netlink socket: invalid argument`,
    );
  } finally {
    closeSync(fd);
  }
}

/** Releases a network namespace; does nothing for a path that is not a mount or does not exist. */
export async function removeNetns(path: string): Promise<void> {
  await runProgram('umount', ['--lazy', path]).catch(() => '');
  await rm(path, { force: true });
}
