import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { losesMounts, mountFlagsOf } from '../core/mount-flags.ts';
import { LabError } from '../core/errors.ts';
import type { Cell } from '../core/cell.ts';
import { printableLine } from '../core/printable.ts';

/** A script that shows the bug of a cell without this lab. */
export interface Reproducer {
  /** Name of its file. */
  file: string;
  script: string;
  /** Its usage, and its answers. */
  usage: string[];
}

/** The conversion of a scenario's cell to a script: settings at its head, then parts that are files beside this one. */
interface Recipe {
  parts: readonly string[];
  /** From the cell's levels; each may be given as an argument `name=value` or in the environment, too. */
  settings: (cell: Cell, sizes: Readonly<Record<string, number>>) => Record<string, string | number>;
  /** The shell code for an argument `$given` that is not a setting. */
  argument: string;
  about: string;
  usage: readonly string[];
  /** Whether it can show a cell; each when it is left out. */
  shows?: (cell: Cell) => boolean;
}

/** The endpoints of abandoned-calls that curl can call; a registry that stalls is not for a shell. */
const curled = new Set(['attach', 'attach-websocket', 'events']);

const answers = 'It prints REPRODUCED and exits 0, or NOT REPRODUCED and exits 1; 2 when it cannot decide.';

const takesDirectory = 'BINARIES=$given';

const ofPrograms =
  'sh FILE [DIRECTORY]   # as root; of dockerd, containerd and runc, or docker-containerd … up to 18.06; else those in PATH';

const withDaemon = [
  ofPrograms,
  answers,
  'It needs util-linux 2.32, curl 7.40 and /bin/sleep, takes less than 3 minutes, and does all in namespaces of its own.',
];

const recipes: Readonly<Record<string, Recipe>> = {
  'netns-restore': {
    parts: ['common.sh', 'netns-restore.sh'],
    settings: (cell, sizes) => ({
      mount_flags: propagationOf(cell),
      live_restore: String(cell['liveRestore'] !== 'off'),
      containers: sizes['containers'] ?? 2,
    }),
    argument: takesDirectory,
    about: 'A dockerd that is restarted over its running containers, with the MountFlags of its unit as `mount_flags`.',
    usage: [...withDaemon, 'Without the cause: sh FILE [DIRECTORY] mount_flags=unset'],
  },
  'collector-stall': {
    parts: ['common.sh', 'collector-stall.sh'],
    settings: (cell, sizes) => ({
      collector: cell['collector'] ?? 'stalled',
      live_restore: 'false',
      calls: sizes['calls'] ?? 100,
      seconds: 10,
    }),
    argument: takesDirectory,
    about: 'Clients that ask for stats while the daemon’s containerd does not answer, and wait.',
    usage: [...withDaemon, 'Without the cause: sh FILE [DIRECTORY] collector=healthy'],
  },
  'abandoned-calls': {
    parts: ['common.sh', 'abandoned-calls.sh'],
    settings: (cell, sizes) => ({
      endpoint: cell['endpoint'] ?? 'attach',
      live_restore: 'false',
      calls: sizes['calls'] ?? 100,
      seconds: 5,
    }),
    argument: takesDirectory,
    about: 'Clients that make a call about a container that prints nothing, and close the connection.',
    usage: [...withDaemon, 'Without the cause: sh FILE [DIRECTORY] endpoint=events'],
    shows: ({ endpoint = 'attach', leaving = 'closes', container = 'silent' }) =>
      curled.has(endpoint) && leaving === 'closes' && container === 'silent',
  },
  'exec-churn': {
    parts: ['common.sh', 'exec-churn.sh'],
    // 2.5 minutes on two cores, and 210 KB. Fewer come near to the 24 KB by which the heap of a shim moves.
    settings: () => ({ call: 'resize', live_restore: 'false', calls: 120_000 }),
    argument: takesDirectory,
    about:
      'Calls of containerd to the shim of a container, as each exec makes several: the memory of the shim grows with them in a straight line.',
    usage: [
      ofPrograms,
      answers,
      'It needs util-linux 2.32, curl 7.40, /bin/sleep, a containerd-shim-runc-v2 of Go 1.20 or later and 3 minutes, and does all in namespaces of its own.',
      'The dockerd of 26.1 keeps some 12 KB of each call for a minute (moby issue 49075): it needs 4 GB of memory.',
      'Without the cause: sh FILE [DIRECTORY] call=ping',
    ],
    shows: ({ work = 'execs' }) => work === 'execs' || work === 'health-checks',
  },
  'kmem-slab': {
    parts: ['kmem-slab.sh'],
    settings: (cell, sizes) => ({
      workload: cell['workload'] ?? 'kmem',
      kmem: cell['kmem'] ?? 'on',
      cgroups: sizes['cgroups'] ?? 100,
    }),
    argument: `echo "what is $given?" >&2 && exit 2`,
    about:
      'Memory cgroups that come and go, each with one process that uses memory of the kernel or leaves something behind.',
    usage: [
      'sh FILE   # as root, on the kernel in question',
      answers,
      'Without the cause: sh FILE workload=nothing',
      'In QEMU, with busybox (static) as a whole userland:',
      '  mkdir -p root/bin root/proc root/sys root/tmp && cp /bin/busybox root/bin/ && cp FILE root/kmem-slab.sh',
      "  printf '#!/bin/busybox sh\\n/bin/busybox --install -s /bin; mount -t proc p /proc; mount -t sysfs s /sys; mount -t tmpfs t /tmp;",
      '    mount -t tmpfs c /sys/fs/cgroup; mkdir /sys/fs/cgroup/memory; mount -t cgroup -o memory m /sys/fs/cgroup/memory;',
      "    sh /kmem-slab.sh; poweroff -f\\n' >root/init; chmod 755 root/init; (cd root && find . | cpio -o -H newc) >initrd",
      '  qemu-system-x86_64 -m 512 -nographic -no-reboot -kernel VMLINUZ -initrd initrd -append "console=ttyS0 panic=-1 PARAMETERS"',
    ],
  },
};

/** The propagation that a unit's mount namespace comes to, by its flags and its systemd; `unset` where it has none of its own. */
function propagationOf({ mountFlags = 'slave', systemd = '219' }: Cell): string {
  const flags = mountFlagsOf(mountFlags);
  if (losesMounts(systemd, flags)) return flags === 'private' ? 'private' : 'slave';
  return 'unset';
}

/** Arguments of a script: settings, and what any other is. */
function readArguments(other: string): string {
  return `for given in "$@"; do case $given in *=*) export "\${given?}" ;; *) ${other} ;; esac; done`;
}

/** A setting at the head of a script, which root runs: a stored run could have any text as a level. @throws {LabError} */
function settingLine(name: string, value: string): string {
  if (/^[\w.-]+$/.test(value)) return `: "\${${name}:=${value}}"`;
  throw new LabError({
    doing: 'writing a script that shows the bug',
    expected: `a level of ${name} that is a word of letters, digits, dots and hyphens`,
    happened: `the run has ${JSON.stringify(value)}`,
    hint: 'the run was not written by the lab as it is: run the scenario again',
  });
}

/** Scenarios that a script can show. */
export const reproducible: readonly string[] = Object.keys(recipes);

/** The script for a cell; undefined for a scenario, or a cell of one, that needs the lab. */
export async function reproducerOf(
  scenario: string,
  cell: Cell,
  observed: string,
  sizes: Readonly<Record<string, number>> = {},
): Promise<Reproducer | undefined> {
  const recipe = Object.hasOwn(recipes, scenario) ? recipes[scenario] : undefined;
  if (!recipe || recipe.shows?.(cell) === false) return undefined;
  const file = `reproduce-${scenario}.sh`;
  const parts = recipe.parts.map((part) => readFile(path.join(import.meta.dirname, 'reproducers', part), 'utf8'));
  const usage = recipe.usage.map((line) => line.replaceAll('FILE', file));
  const settings = Object.entries(recipe.settings(cell, sizes)).map(([name, value]) => settingLine(name, `${value}`));
  const head = [
    '#!/bin/sh',
    ...[recipe.about, `Seen in the lab: ${observed}`, ...usage].map((line) => `# ${printableLine(line)}`),
    'set -u',
    readArguments(recipe.argument),
    ...settings,
  ];
  return { file, script: `${head.join('\n')}\n${(await Promise.all(parts)).join('')}`, usage };
}
