import { compareVersions } from '../../harness/core/version.ts';
import { levelOf, type Cell } from '../../harness/core/cell.ts';

/**
 * The docker that a host would go to next, by the version that it has, newest first. Below 17.12 the containers belong to
 * containerd 0.2, and only dockers with the same one can take over running containers; from 18.09 on containerd is 1.2
 * and later.
 */
const steps: readonly { from: string; to: string }[] = [
  { from: '26.1', to: 'rolling' },
  { from: '20.10.24', to: '26.1.5' },
  { from: '19.03', to: '20.10.24' },
  { from: '17.12', to: '19.03.8' },
  { from: '17.06', to: '17.09.0' },
  { from: '17.03', to: '17.06.2' },
  { from: '1.12', to: '17.03.2' },
];

/** The build that the replica is upgraded to: itself, with what later versions changed in the collector. */
const replicaUpgrade = 'replica+publish-empty-when-not-found+publish-on-every-error';

/** The build that a cell's daemon is upgraded to; undefined when no later one is known. */
export function upgradeOf(cell: Cell, version: string): string | undefined {
  const daemon = levelOf(cell, 'daemon');
  if (daemon.startsWith('replica')) return replicaUpgrade;
  const next = steps.find(({ from }) => compareVersions(version, from) >= 0)?.to;
  // The newest of them has nothing to go to.
  return daemon === next || compareVersions(version, '28') >= 0 ? undefined : next;
}
