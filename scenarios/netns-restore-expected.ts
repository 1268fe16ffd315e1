import type { StatsAnswer } from '../harness/clients/stats-call.ts';
import type { StreamAnswer } from '../harness/clients/stats-stream.ts';
import { losesMounts, mountFlagsOf } from '../harness/daemons/mount-flags.ts';
import { fixes, isFix } from '../harness/daemons/replica/fixes.ts';
import { label, version as replicaVersion } from '../harness/daemons/replica/label.ts';
import { compareVersions } from '../harness/daemons/version.ts';
import { levelOf, type Cell } from '../harness/matrix/cell.ts';

/** The builds on which the lab's founders saw it, the last three in full matrices of this scenario. */
const everywhere = 'measured on 1.13.1, 20.10.24, 26.1.5 and 28.5.2';

/** What a cell should show, why, and who says so. `undefined`: nobody knows yet. */
export interface Expectation {
  netnsFiles: 'nsfs' | 'lost';
  restoreErrors: boolean;
  collectingStats: boolean | undefined;
  stats: StatsAnswer | undefined;
  streams: StreamAnswer | undefined;
  endpointsForgotten: boolean;
  duplicateIp: boolean;
  sameProcesses: boolean;
  reason: string;
  reference: string;
}

/** What the builds of an era do once a network namespace is lost. */
interface Era {
  /** First version of the era. */
  from: string;
  stats: StatsAnswer | undefined;
  streams: StreamAnswer | undefined;
  collectingStats: boolean | undefined;
  reason: string;
  reference: string;
}

/** Newest first. Every era restores alike: it logs the error, deletes the endpoint and releases its address. */
const eras: readonly Era[] = [
  {
    from: '29',
    stats: undefined,
    streams: undefined,
    collectingStats: undefined,
    reason: 'nobody has measured a docker from 29 on yet',
    reference: 'none',
  },
  {
    from: '27',
    stats: 'zeroed',
    streams: 'zeroed',
    collectingStats: true,
    reason:
      'the daemon wipes the sandbox id of a container whose sandbox it can not find, running or not; asking with an ' +
      'empty id is an invalid parameter, which is logged and published as an empty frame',
    reference: 'moby PR 47984; measured on 28.5.2',
  },
  {
    from: '17.12',
    stats: 'zeroed',
    streams: 'zeroed',
    collectingStats: false,
    reason:
      'libnetwork\'s "sandbox not found" counts as not-found, for which the collector publishes an empty frame and ' +
      'logs nothing: it no longer hangs, but it is not right either',
    reference: 'moby PR 34188; measured on 20.10.5, 20.10.24 and 26.1.5',
  },
  {
    from: '17.09',
    stats: undefined,
    streams: undefined,
    collectingStats: undefined,
    reason: 'whether 17.09 already has moby PR 34188, with which calls stop hanging, is not settled by its notes',
    reference: 'moby PR 34188',
  },
  {
    from: '1.12',
    stats: 'hangs',
    streams: 'silent',
    collectingStats: true,
    reason:
      'the collector logs every error but "not running" and publishes nothing, and a non-stream call waits for two ' +
      'publications',
    reference: 'moby 1.13.1 daemon/stats_collector_unix.go; measured on 1.13.1',
  },
];

/**
 * What the builds of a version do once a namespace is lost; undefined before docker 1.12. A replica with fixes is what its
 * name says and not its version: `replica 1.13.1+publish-on-every-error`.
 */
export function eraOf(version: string, daemon: string): Era | undefined {
  const [name, ...changed] = daemon.split('+');
  if (name === label && changed.length > 0) return fixedReplica(changed);
  return eras.find(({ from }) => compareVersions(version, from) >= 0);
}

/** Each of the fixes makes the collector publish an empty frame; the first also keeps it from logging. */
function fixedReplica(changed: string[]): Era {
  return {
    from: replicaVersion,
    stats: 'zeroed',
    streams: 'zeroed',
    collectingStats: !changed.includes('publish-empty-when-not-found'),
    reason: changed.map((name) => (isFix(name) ? fixes[name] : name)).join('; '),
    reference: 'fixes of the replica',
  };
}

/** The expectation of a cell for the version that the build's dockerd says it is. */
export function expectationOf(cell: Cell, version: string): Expectation {
  const liveRestore = levelOf(cell, 'liveRestore') === 'on';
  const restarted = levelOf(cell, 'starts') !== 'fresh';
  const flags = mountFlagsOf(levelOf(cell, 'mountFlags'));
  const healthy = {
    netnsFiles: 'nsfs',
    restoreErrors: false,
    collectingStats: false,
    stats: 'values',
    streams: 'values',
    endpointsForgotten: false,
    duplicateIp: false,
  } as const;
  if (!restarted) {
    const reason = 'nothing was restarted: the bind mounts live in the mount namespace of the daemon that made them';
    return { ...healthy, sameProcesses: true, reason, reference: 'control' };
  }
  if (!liveRestore) {
    const reason = 'without live-restore the daemon stops its containers and starts them anew, in new namespaces';
    return { ...healthy, sameProcesses: false, reason, reference: everywhere };
  }
  if (!losesMounts(levelOf(cell, 'systemd'), flags)) {
    const reason = `with MountFlags ${flags} the bind mounts are in the host's mount namespace too and outlive the daemon`;
    return { ...healthy, sameProcesses: true, reason, reference: everywhere };
  }
  const era = eraOf(version, cell['daemon'] ?? version);
  return {
    netnsFiles: 'lost',
    restoreErrors: true,
    collectingStats: era?.collectingStats,
    stats: era?.stats,
    streams: era?.streams,
    endpointsForgotten: true,
    duplicateIp: true,
    sameProcesses: true,
    reason: `the bind mounts went with the daemon's mount namespace; ${era?.reason ?? `${version} is older than any docker with live-restore`}`,
    reference: `moby issues 30274 and 29921; ${era?.reference ?? 'none'}`,
  };
}
