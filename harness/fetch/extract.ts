import { execa } from 'execa';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
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

async function extractPackage(
  file: string,
  root: string,
  leftOut: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const [wrapper, ...wrapperArgs] = dieWithUs;
  const common = { detached: true, reject: false, env: { LC_ALL: 'C' } } as const;
  const unpacker = execa(wrapper, [...wrapperArgs, 'dpkg-deb', '--fsys-tarfile', file], {
    ...common,
    stdin: 'ignore',
    buffer: { stdout: false },
  });
  const excluded = leftOut.map((pattern) => `--exclude=./${pattern}`);
  const writer = execa(wrapper, [...wrapperArgs, 'tar', ...tarArguments, ...excluded, '--directory', root], {
    ...common,
    stdin: 'pipe',
  });
  const stop = (): void => [unpacker.pid, writer.pid].forEach(killGroup);
  signal?.addEventListener('abort', stop);
  // A pipe that breaks is one of the two failing, and its own words are better.
  const flow = pipeline(unpacker.stdout, writer.stdin).catch(() => undefined);
  const [unpacked, written] = await Promise.all([unpacker, writer, flow]);
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  // tar first: when it fails, dpkg-deb only complains about the broken pipe.
  for (const [name, { exitCode, stderr }] of [
    ['tar', written],
    ['dpkg-deb', unpacked],
  ] as const) {
    if (exitCode !== 0) throw new ProgramError(`${name} of ${file}`, { exitCode, stdout: '', stderr, timedOut: false });
  }
}
