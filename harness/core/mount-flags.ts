/** Values of a systemd unit's `MountFlags=` (systemd.exec(5)); `unset` is a unit without the line. */
export const mountFlags = ['unset', 'shared', 'slave', 'private'] as const;
export type MountFlags = (typeof mountFlags)[number];

/** The flags that a level of the factor `mountFlags` stands for. */
export function mountFlagsOf(level: string): MountFlags {
  const flags = mountFlags.find((known) => known === level);
  if (!flags) throw new RangeError(`no MountFlags are called ${level}`);
  return flags;
}

/** The steps of systemd between fork and exec of a unit that has `MountFlags` as its only sandboxing. */
interface SystemdEra {
  /** A version that stands for the era, as the level of a factor. */
  version: string;
  /** The first version of it. */
  since: number;
  /**
   * Calls of `mount --make-r…` on `/`, in order, in a mount namespace that was unshared with the propagation
   * unchanged; undefined where systemd unshares none.
   */
  propagation: Record<MountFlags, ('slave' | 'shared' | 'private')[] | undefined>;
  source: string;
}

/** The eras in which systemd applied `MountFlags` in a way of its own. */
export const systemdEras = [
  {
    version: '219',
    // Up to 238; CentOS 7 has 219.
    since: 0,
    propagation: { unset: undefined, shared: ['shared'], slave: ['slave'], private: ['private'] },
    source:
      'src/core/namespace.c and execute.c of RHEL 7 (219): any flag unshares, and one recursive mount() sets it. ' +
      'A shared copy of a shared root stays its peer (systemd PR 10086 shows it).',
  },
  {
    version: '240',
    // 239 of RHEL 8 to 241.
    since: 239,
    propagation: {
      unset: undefined,
      shared: ['slave', 'shared'],
      slave: ['slave', 'slave'],
      private: ['slave', 'private'],
    },
    source:
      'systemd commit 0722b359: the root is made slave before anything else, so that "shared" cuts the way to the ' +
      'host as well (coreos/bugs 2579 is the report from production).',
  },
  {
    version: '252',
    // 242 and later; Debian 12 has 252.
    since: 242,
    propagation: { unset: undefined, shared: undefined, slave: ['slave', 'slave'], private: ['slave', 'private'] },
    source: 'systemd commit 37ed15d7 (PR 11709): "shared" alone is no reason to unshare any more.',
  },
] as const satisfies readonly SystemdEra[];

/** The versions that stand for the eras: levels of the factor `systemd`. */
export const systemdVersions = systemdEras.map(({ version }) => version);

/**
 * The command line with which a unit's process starts, in a host whose root is shared.
 *
 * @throws {RangeError} for a systemd version that is no level of {@link systemdEras}.
 */
export function asUnit(systemd: string, flags: MountFlags, command: readonly string[]): string[] {
  const steps = eraOf(systemd).propagation[flags];
  if (!steps) return [...command];
  const mounts = steps.map((step) => `busybox mount --make-r${step} /`).join(' && ');
  // With its path: the shell is busybox's, which prefers its own applets, and its unshare knows no "unchanged".
  return [
    '/usr/bin/unshare',
    '--mount',
    '--propagation',
    'unchanged',
    'busybox',
    'sh',
    '-c',
    `${mounts} && exec "$@"`,
    'unit',
    ...command,
  ];
}

/** Whether mounts that the unit's process makes disappear with its mount namespace. */
export function losesMounts(systemd: string, flags: MountFlags): boolean {
  return eraOf(systemd).propagation[flags]?.some((step) => step !== 'shared') ?? false;
}

/** The era that a version of systemd belongs to, e.g. 219. */
export function eraOfVersion(version: number): SystemdEra {
  const [first, ...later] = systemdEras;
  if (!first) throw new RangeError('there are no eras of systemd');
  return later.findLast(({ since }) => version >= since) ?? first;
}

function eraOf(systemd: string): SystemdEra {
  const era = systemdEras.find(({ version }) => version === systemd);
  if (!era) throw new RangeError(`no era of systemd is called ${systemd}`);
  return era;
}
