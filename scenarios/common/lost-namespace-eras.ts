import type { StatsAnswer } from '../../harness/evidence/stats-call.ts';
import type { StreamAnswer } from '../../harness/evidence/stats-streams.ts';
import { fixes, isFix } from '../../vms/replica/fixes.ts';
import { label, version as replicaVersion } from '../../vms/replica/label.ts';
import { compareVersions, isBetweenReleases } from '../../harness/core/version.ts';

/** The answers of an era's builds after a container's network namespace is lost. `undefined`: not known yet. */
export interface Era {
  /** First version of the era. */
  from: string;
  stats: StatsAnswer | undefined;
  streams: StreamAnswer | undefined;
  collectingStats: boolean | undefined;
  reason: string;
  reference: string;
}

const hangs: Era = {
  from: '1.12',
  stats: 'hangs',
  streams: 'silent',
  collectingStats: true,
  reason:
    'the collector logs every error but "not running" and publishes nothing, and a non-stream call waits for two ' +
    'publications',
  reference: 'moby 1.13.1 daemon/stats_collector_unix.go; measured on 1.12.6, 1.13.1, 17.03.2, 17.06.2 and 17.07.0',
};

const zeroed: Era = {
  from: '17.09',
  stats: 'zeroed',
  streams: 'zeroed',
  collectingStats: false,
  reason:
    'libnetwork\'s "sandbox not found" counts as not-found, for which the collector publishes an empty frame and ' +
    'logs nothing: it no longer hangs, but it is not right either',
  reference: 'moby PR 34188; measured on 17.09.0, 18.09.0, 20.10.5, 20.10.24 and 26.1.5',
};

/** Newest first. Every era restores alike: it logs the error, deletes the endpoint and releases its address. */
const eras: readonly Era[] = [
  unknown('29', 'no docker from 29 on has been measured yet'),
  {
    from: '27',
    stats: 'zeroed',
    streams: 'zeroed',
    collectingStats: true,
    reason:
      'the daemon wipes the sandbox id of a container whose sandbox it cannot find, running or not; asking with an ' +
      'empty id is an invalid parameter, which is logged and published as an empty frame',
    reference: 'moby PR 47984; measured on 28.5.2',
  },
  zeroed,
  hangs,
];

/**
 * Builds of commits between releases whose behaviour was measured, by the start of the commit's hash. The version does not
 * place them: both of these call themselves 17.06.0-dev.
 */
const commits: Readonly<Record<string, Era>> = {
  b6498340: { ...hangs, reference: 'measured on moby commit b6498340, the parent of ebcb7d6b' },
  ebcb7d6b: { ...zeroed, reference: 'moby commit ebcb7d6b, measured on it' },
};

/** Hex digits of a commit that `dockerd --version` prints at least. */
const printedDigits = 7;

/**
 * The era of a docker build; undefined before docker 1.12. A replica with fixes is what its name says and not its
 * version: `replica 1.13.1+publish-on-every-error`. A development build of an unmeasured commit has an era in which
 * nothing is known.
 *
 * @param daemon the cell's level of the factor `daemon`
 * @param commit as `dockerd --version` prints it
 */
export function eraOf(version: string, daemon: string, commit = ''): Era | undefined {
  const [name, ...changed] = daemon.split('+');
  if (name === label && changed.length > 0) return fixedReplica(changed);
  const measured = Object.entries(commits).find(([hash]) => isSameCommit(hash, commit));
  if (measured) return measured[1];
  if (isBetweenReleases(version)) {
    return unknown(version, `${version} is the version of many commits, and this one has not been measured yet`);
  }
  return eras.find(({ from }) => compareVersions(version, from) >= 0);
}

function isSameCommit(hash: string, printed: string): boolean {
  return printed.length >= printedDigits && (hash.startsWith(printed) || printed.startsWith(hash));
}

function unknown(from: string, reason: string): Era {
  return { from, stats: undefined, streams: undefined, collectingStats: undefined, reason, reference: 'none' };
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
