import type { StatsAnswer } from '../../harness/clients/stats-call.ts';
import type { StreamAnswer } from '../../harness/clients/stats-stream.ts';
import { losesMounts } from '../../harness/core/mount-flags.ts';
import type { Cell } from '../../harness/core/cell.ts';
import { eraOf } from '../common/lost-namespace-eras.ts';
import { level } from './factors.ts';

/** The builds on which full matrices of this scenario, or the four cells of live-restore, were run. */
const everywhere =
  'measured on 1.12.6, 1.13.1, 17.03.2, 17.06.2, 17.07.0, 17.09.0, 18.09.0, 20.10.24, 26.1.5 and 28.5.2';

/** The expected observations of a cell, the reason, and the source. `undefined`: not known yet. */
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

/** The expectation of a cell for the version and commit that the build's dockerd prints. */
export function expectationOf(cell: Cell, version: string, commit?: string): Expectation {
  const liveRestore = level(cell, 'liveRestore') === 'on';
  const restarted = level(cell, 'starts') !== 'fresh';
  const flags = level(cell, 'mountFlags');
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
  if (!losesMounts(level(cell, 'systemd'), flags)) {
    const reason = `with MountFlags ${flags} the bind mounts are in the host's mount namespace too and outlive the daemon`;
    return { ...healthy, sameProcesses: true, reason, reference: everywhere };
  }
  const era = eraOf(version, cell['daemon'] ?? version, commit);
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
