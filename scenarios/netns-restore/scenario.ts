import type { Scenario } from '../../harness/run/scenario.ts';
import { daemonBudget } from '../../harness/machine/contract.ts';
import { withoutContainerdUnit } from '../common/containerd-factor.ts';
import { withoutSetup } from './setups.ts';
import { judgeNetnsRestore } from './judge.ts';
import { type NetnsRestoreObservations, observations } from './observations.ts';
import { observe, ticks, containers } from './protocol.ts';
import { factors, flagsAdded, level } from './factors.ts';

/** The three conditions of the loss; without any of them it does not happen. */
const cause = { mountFlags: 'slave', liveRestore: 'on', starts: 'restarted' };

/** Tests the effect of a restart under live-restore on network namespaces. */
export const netnsRestore: Scenario<NetnsRestoreObservations> = {
  name: 'netns-restore',
  claim:
    'A dockerd that is restarted under live-restore loses the network namespaces of its running containers ' +
    'when its MountFlags gave it a mount namespace of its own.',
  factors,
  first: [cause, { ...cause, mountFlags: 'unset' }, { ...cause, liveRestore: 'off' }, { ...cause, starts: 'fresh' }],
  isAbridged: true,
  standIn: true,
  notApplicable: (cell, version) =>
    withoutContainerdUnit(level(cell, 'containerd'), version) ??
    withoutSetup(level(cell, 'setup'), version) ??
    (level(cell, 'starts') === flagsAdded && level(cell, 'liveRestore') === 'off'
      ? 'without live-restore no container runs on from before the flags'
      : undefined),
  systemd: (cell) => level(cell, 'systemd'),
  sizes: { containers, ticks },
  // Measured: some 250 MiB of memory for a cell of 26.1.5, 20 MiB of disk, 20 s of time with six side by side.
  budget: daemonBudget,
  observations,
  run: observe,
  judge: judgeNetnsRestore,
};
