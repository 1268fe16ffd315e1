import { execa } from 'execa';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { Fetching } from '../../vms/build.ts';
import type { Archive } from './apt.ts';
import { ProgramError, dieWithUs, killGroup } from './programs/program.ts';

/** Files that no cell reads. Perl is installed for maintainer scripts, which never run here. */
const unreadInCells = [
  ...'doc man info locale lintian bug perl perl5 bash-completion zsh fish'
    .split(' ')
    .map((name) => `usr/share/${name}`),
  ...'perl perl-base gconv'.split(' ').map((name) => `usr/lib/*/${name}`),
  'usr/bin/perl*',
  // Tools to debug libnetwork with, 27 MB that are no part of the daemon.
  'usr/bin/dnet',
  'usr/sbin/ovrouter',
];

const tarArguments =
  '--extract --keep-directory-symlink --same-permissions --no-same-owner --anchored --wildcards'.split(' ');

/**
 * Unpacks packages into a root file system, without dpkg's database and without maintainer scripts, which would need
 * root and would act on the machine.
 *
 * @param leftOut patterns of paths below the root that are not needed
 * @throws {ProgramError} with what `dpkg-deb` or `tar` printed
 */
export async function extractPackages(
  archives: readonly Archive[],
  root: string,
  what: string,
  fetching: Fetching,
  leftOut: readonly string[] = unreadInCells,
): Promise<void> {
  const { progress, signal } = fetching;
  await mergeUsr(root);
  let done = 0;
  // One core unpacks while the other decompresses; more at a time is no faster on two cores.
  await pLimit(2).map(archives, async ({ file }) => {
    await extractPackage(file, root, leftOut, signal);
    done += 1;
    progress({ what: `${what}: unpacking ${archives.length} packages`, fraction: done / archives.length });
  });
}

/** Suites up to bookworm have packages that ship `/bin/x` and expect to find it in `/usr/bin/x`. */
async function mergeUsr(root: string): Promise<void> {
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(root, 'usr', folder), { recursive: true });
    await symlink(`usr/${folder}`, join(root, folder));
  }
}

/**
 * Unpacks one archive, as two programs with a pipe of the kernel between them: through Node, the packages of two userlands left 24 MiB of
 * buffers. Its arguments are the archive, then tar's; the exit code of dpkg-deb goes to descriptor 3. tar ends with the shell, as the
 * shell with us.
 */
const unpack = `{ dpkg-deb --fsys-tarfile "$0"; echo "$?" >&3; } | ${dieWithUs.join(' ')} tar "$@"`;

async function extractPackage(
  file: string,
  root: string,
  leftOut: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const [wrapper, ...wrapperArgs] = dieWithUs;
  const excluded = leftOut.map((pattern) => `--exclude=./${pattern}`);
  const tar = [...tarArguments, ...excluded, '--directory', root];
  const child = execa(wrapper, [...wrapperArgs, 'sh', '-c', unpack, file, ...tar], {
    detached: true,
    reject: false,
    env: { LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const stop = (): void => killGroup(child.pid);
  signal?.addEventListener('abort', stop);
  const { exitCode, stderr, stdio } = await child;
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  // A damaged archive is the end of both, as a full disk is; each has its own words.
  const failed = exitCode === 0 ? Number(stdio[3]) : exitCode;
  if (failed !== 0) {
    throw new ProgramError(`dpkg-deb | tar of ${file}`, { exitCode: failed, stdout: '', stderr, timedOut: false });
  }
}
