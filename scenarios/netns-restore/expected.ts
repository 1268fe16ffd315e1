import type { StatsAnswer } from '../../harness/evidence/stats-call.ts';
import type { StreamAnswer } from '../../harness/evidence/stats-streams.ts';
import { isBefore } from '../../harness/core/version.ts';
import { losesMounts } from '../../harness/core/mount-flags.ts';
import { type Cell, neededLevel } from '../../harness/core/cell.ts';
import { eraOf } from '../common/lost-namespace-eras.ts';
import { flagsAdded, level } from './factors.ts';
import { setupOf } from './setups.ts';

/** The builds on which full matrices of this scenario, or the four cells of live-restore, were run. */
const everywhere =
  'measured on 1.12.6, 1.13.1, 17.03.2, 17.06.2, 17.07.0, 17.09.0, 18.09.0, 20.10.24, 26.1.5 and 28.5.2';

/** The expected observations of a cell, the reason, and the source. `undefined`: not known yet. */
export interface NetnsExpectation {
  netnsFiles: 'nsfs' | 'lost';
  restoreErrors: boolean;
  populateErrors: boolean | undefined;
  collectingStats: boolean | undefined;
  stats: StatsAnswer | undefined;
  streams: StreamAnswer | undefined;
  endpointsForgotten: boolean;
  duplicateIp: boolean;
  /** Whether the daemon's record of a container still has its IPv6 address, where it has one. */
  ipv6Recorded: 'known' | 'forgotten' | undefined;
  sameProcesses: boolean;
  reason: string;
  reference: string;
}

/** Whether a docker is one of those that restore sandboxes in part: 24.0.0 to 24.0.2 (moby issue 45653). */
function isPartial(version: string): boolean {
  return !isBefore(version, '24.0.0') && isBefore(version, '24.0.3');
}

/**
 * Whether the record of a container still has the IPv6 address that its network has released: yes on 20.10.24 and 26.1.5, no on 28.5.2, and
 * not measured on others.
 */
function ipv6RecordOf(version: string): NetnsExpectation['ipv6Recorded'] {
  if (!isBefore(version, '28.5') && isBefore(version, '29')) return 'forgotten';
  return !isBefore(version, '20.10') && isBefore(version, '27') ? 'known' : undefined;
}

/**
 * A unit that was given MountFlags, beside a containerd with a unit of its own: containers from before are the only ones that start, and so lose their
 * namespaces as all do where containerd is dockerd's child.
 */
const mixed = {
  reason:
    'a container from before the flags can be restarted under them: in the mount namespace of the host, where containerd is, its root is still mounted from then; ' +
    'its new network namespace is mounted for that dockerd alone',
  reference: 'measured on 20.10.24, 26.1.5 and 28.5.2',
};

/**
 * The expectation of a cell for the version and commit that the build's dockerd prints: that of a plain host, and what its setup and its
 * containerd add to the reason. Before 20.10 the setups were not measured.
 */
export function expectationOf(cell: Cell, version: string, commit?: string): NetnsExpectation {
  const plain = plainExpectation(cell, version, commit);
  const { effect } = setupOf(level(cell, 'setup'));
  const isUnit = level(cell, 'containerd') === 'unit';
  const isMixed =
    isUnit && level(cell, 'starts') === flagsAdded && losesMounts(level(cell, 'systemd'), level(cell, 'mountFlags'));
  const added = [
    ...(effect ? [effect] : []),
    ...(isMixed ? [mixed] : []),
    ...(isUnit && !isMixed
      ? [
          {
            reason: 'containerd, a unit of its own, sees what dockerd mounts',
            reference: 'measured on 20.10.24, 26.1.5 and 28.5.2',
          },
        ]
      : []),
  ];
  if (added.length === 0) return plain;
  const unmeasured = { stats: undefined, streams: undefined, collectingStats: undefined };
  return {
    ...plain,
    ...(effect && isBefore(version, '20.10') && unmeasured),
    // No container more starts, which could be given an address that is held.
    ...(isMixed && { duplicateIp: false }),
    reason: [plain.reason, ...added.map(({ reason }) => reason)].join('; '),
    // The builds of the full matrices were plain.
    reference: [
      ...(plain.reference === everywhere ? [] : [plain.reference]),
      ...added.map((one) => one.reference),
    ].join('; '),
  };
}

function plainExpectation(cell: Cell, version: string, commit?: string): NetnsExpectation {
  const liveRestore = level(cell, 'liveRestore') === 'on';
  const restarted = level(cell, 'starts') !== 'fresh';
  const flags = level(cell, 'mountFlags');
  const healthy = {
    netnsFiles: 'nsfs',
    restoreErrors: false,
    populateErrors: false,
    collectingStats: false,
    stats: 'values',
    streams: 'values',
    endpointsForgotten: false,
    duplicateIp: false,
    ipv6Recorded: 'known',
  } as const;
  if (!restarted) {
    const reason = 'nothing was restarted: the bind mounts live in the mount namespace of the daemon that made them';
    return { ...healthy, sameProcesses: true, reason, reference: 'control' };
  }
  if (!liveRestore) {
    const reason = 'without live-restore the daemon stops its containers and starts them anew, in new namespaces';
    return { ...healthy, sameProcesses: false, reason, reference: everywhere };
  }
  if (!losesMounts(level(cell, 'systemd'), flags) && isPartial(version)) {
    const reason = `docker ${version} keeps the namespaces and restores their sandboxes in part; what its stats say was not measured`;
    const unknown = { populateErrors: undefined, stats: undefined, streams: undefined, collectingStats: undefined };
    return { ...healthy, ...unknown, sameProcesses: true, reason, reference: 'moby issue 45653; not measured here' };
  }
  if (!losesMounts(level(cell, 'systemd'), flags)) {
    const reason = `with MountFlags ${flags} the bind mounts are in the host's mount namespace too and outlive the daemon`;
    return { ...healthy, sameProcesses: true, reason, reference: everywhere };
  }
  const era = eraOf(version, neededLevel(cell, 'daemon') ?? version, commit);
  return {
    netnsFiles: 'lost',
    restoreErrors: true,
    populateErrors: false,
    collectingStats: era?.collectingStats,
    stats: era?.stats,
    streams: era?.streams,
    endpointsForgotten: true,
    duplicateIp: true,
    ipv6Recorded: ipv6RecordOf(version),
    sameProcesses: true,
    reason: `the bind mounts went with the daemon's mount namespace; ${era?.reason ?? `${version} is older than any docker with live-restore`}`,
    reference: `moby issues 30274 and 29921; ${era?.reference ?? 'none'}`,
  };
}
