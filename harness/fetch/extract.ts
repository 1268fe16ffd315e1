import { mkdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fetching } from '../../vms/build.ts';
import { shellCommand } from '../core/shell-command.ts';
import type { Archive } from './apt.ts';
import { ProgramError, dieWithUs, run } from './programs/program.ts';

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
  '--extract --ignore-zeros --keep-directory-symlink --same-permissions --no-same-owner --anchored --wildcards'.split(
    ' ',
  );

/** Archives that are unpacked side by side: one core unpacks while the other decompresses; more is no faster on two cores. */
const lanes = 2;

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
  await mergeUsr(root);
  const excluded = leftOut.map((pattern) => `--exclude=./${pattern}`);
  const tar = [...tarArguments, ...excluded, '--directory', root];
  const sized = await Promise.all(archives.map(async ({ file }) => ({ file, bytes: (await stat(file)).size })));
  const total = sum(sized);
  let unpacked = 0;
  const onUnpacked = (bytes: number) => {
    unpacked += bytes;
    fetching.progress({ what: `${what}: unpacking ${archives.length} packages`, fraction: unpacked / total });
  };
  const ended = await Promise.allSettled(
    inLanes(sized).map((lane) => extractAll(lane, tar, onUnpacked, fetching.signal)),
  );
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

interface SizedArchive {
  file: string;
  bytes: number;
}

const sum = (archives: readonly SizedArchive[]) => archives.reduce((total, { bytes }) => total + bytes, 0);

/** Archives in lanes of about the same number of bytes. */
function inLanes(archives: readonly SizedArchive[]): SizedArchive[][] {
  const filled = Array.from({ length: Math.min(lanes, archives.length) }, (): SizedArchive[] => []);
  for (const archive of archives.toSorted((one, other) => other.bytes - one.bytes)) {
    filled.toSorted((one, other) => sum(one) - sum(other))[0]?.push(archive);
  }
  return filled;
}

/** Suites up to bookworm have packages that ship `/bin/x` and expect to find it in `/usr/bin/x`. */
async function mergeUsr(root: string): Promise<void> {
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(root, 'usr', folder), { recursive: true });
    await symlink(`usr/${folder}`, join(root, folder));
  }
}

/**
 * Unpacks archives, with a pipe of the kernel between two programs: through Node, the packages of two userlands left 24 MiB of buffers.
 * One tar unpacks all of them, past the zeros at the end of each: the main job from an empty cache took 278 s of CPU with a tar, a shell
 * and their wrappers for each of 220 packages, and 240 s without (BENCHMARKS.md). Descriptor 3 gets the line `begin` for each archive,
 * and the exit code of a dpkg-deb that failed.
 */
const unpack = `for archive; do
  echo begin >&3
  dpkg-deb --fsys-tarfile "$archive" || { echo "$?" >&3; break; }
done`;

async function extractAll(
  archives: readonly SizedArchive[],
  tar: readonly string[],
  onUnpacked: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  let begun = 0;
  let failed: number | undefined;
  const onStatus = (line: string) => {
    if (line === 'begin') onUnpacked(archives[begun++ - 1]?.bytes ?? 0);
    else failed = Number(line);
  };
  // tar ends with the shell, as the shell with us.
  const script = `${unpack} | ${shellCommand([...dieWithUs, 'tar', ...tar])}`;
  const files = archives.map(({ file }) => file);
  const ran = await run('sh', ['-c', script, 'sh', ...files], { signal, onStatus });
  // A damaged archive is the end of both.
  if (failed !== undefined) throw new ProgramError(`dpkg-deb of ${files[begun - 1]}`, { ...ran, exitCode: failed });
  if (ran.exitCode !== 0) throw new ProgramError('tar', ran);
}
