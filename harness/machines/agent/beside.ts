import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Fetching } from '../../../vms/build.ts';
import { LabError } from '../../core/errors.ts';
import { shellCommand } from '../../core/shell-command.ts';
import type { BesideFiles, BesideProgram } from '../../machine/beside.ts';
import { fetchDiskImage, fetchTreeImage, type Tree } from '../shared/disk-image.ts';

/** A disk of a guest with something that programs beside the daemon need, and where the machine shows it. */
export interface BesideDisk {
  /** On the host. */
  image: string;
  /** Directory in the machine. */
  target: string;
  /** The part of the host that it shows: files under their own paths, or a userland alone. */
  shows: BesideFiles;
}

/** Where a machine shows them, by number. */
const shownAt = '/opt/beside';

/** Where a root for programs is put together, in a mount namespace of each. */
const rootAt = `${shownAt}/root`;

/** The directories in a program's root beside the files shown. */
const mountPoints = ['/dev', '/proc', '/tmp'];

/**
 * Bytes from which a file counts as large: Node and its libraries. They seldom change, and are in an image of their own,
 * so that a changed source costs the cache few bytes.
 */
const largeBytes = 1 << 20;

/** Makes the disks for all programs that start beside the daemon of a machine. */
export async function besideDisks(needs: readonly BesideFiles[], fetching: Fetching): Promise<BesideDisk[]> {
  const files = [...new Set(needs.flatMap((need) => need.files))].toSorted();
  const isLarge = await Promise.all(files.map(async (file) => (await stat(file)).size >= largeBytes));
  const trees: Tree[] = [
    { files: files.filter((_, at) => isLarge[at]), mountPoints, what: 'Node and its libraries' },
    { files: files.filter((_, at) => !isLarge[at]), mountPoints, what: 'the programs of clients' },
  ];
  const disks: Omit<BesideDisk, 'target'>[] = [];
  for (const tree of trees) {
    if (tree.files.length > 0)
      disks.push({ image: await fetchTreeImage(tree, fetching), shows: { files: tree.files } });
  }
  for (const userland of new Set(needs.flatMap((need) => need.userland ?? []))) {
    disks.push({ image: await fetchDiskImage(userland, fetching), shows: { files: [], userland } });
  }
  return disks.map((disk, number) => ({ ...disk, target: `${shownAt}/${number}` }));
}

/**
 * The command that starts a program in a root of its own, read-only, with the machine's /proc and /dev. Mounts that the machine
 * makes and drops reach it: what it kept of a network namespace would keep that alive.
 *
 * @throws {LabError} when the machine does not show what the program needs
 */
export function besideCommand(disks: readonly BesideDisk[], program: BesideProgram): string[] {
  // The root of the machine, seen from a root with its /proc: all programs of the agent, process 1, have it.
  const words = program.words((file) => path.join('/proc/1/root', file));
  const lower = lowerDirectories(disks, program, words);
  const script = [
    `busybox mkdir -p ${rootAt}`,
    // Overlay shows a single directory only with an upper one.
    lower.length === 1
      ? `busybox mount --bind ${lower[0]} ${rootAt}`
      : `busybox mount -t overlay -o ro,lowerdir=${lower.join(':')} overlay ${rootAt}`,
    `busybox mount -t proc proc ${rootAt}/proc`,
    `busybox mount --bind /dev ${rootAt}/dev`,
    `exec busybox chroot ${rootAt} "$0" "$@"`,
  ].join(' && ');
  return ['busybox', 'unshare', '-m', '--propagation', 'slave', 'busybox', 'sh', '-c', script, ...words];
}

function lowerDirectories(disks: readonly BesideDisk[], program: BesideProgram, words: readonly string[]): string[] {
  const { files, userland } = program;
  const lower =
    userland === undefined
      ? disks.filter(({ shows }) => shows.userland === undefined)
      : disks.filter(({ shows }) => shows.userland === userland);
  const shown = new Set(lower.flatMap(({ shows }) => shows.files));
  const missing = files.filter((file) => !shown.has(file));
  if (lower.length > 0 && missing.length === 0) return lower.map(({ target }) => target);
  throw new LabError({
    doing: `starting ${shellCommand(words)} beside the daemon of a cell`,
    expected: 'the machine was made with what the program needs of the host',
    happened: `it has not ${missing[0] ?? userland ?? 'any files of the host'}`,
    hint: 'the scenario has to name each client that it starts in `clients`',
  });
}
