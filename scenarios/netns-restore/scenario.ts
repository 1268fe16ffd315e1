import type { Scenario } from '../../harness/run/scenario.ts';
import { judgeNetnsRestore } from './judge.ts';
import { type NetnsRestoreObservations, observations } from './observations.ts';
import { observe, ticks, containers } from './protocol.ts';
import { factors } from './factors.ts';

/** Tests the effect of a restart under live-restore on network namespaces. */
export const netnsRestore: Scenario<NetnsRestoreObservations> = {
  name: 'netns-restore',
  claim:
    'A dockerd that is restarted under live-restore loses the network namespaces of its running containers ' +
    'when its MountFlags gave it a mount namespace of its own.',
  factors,
  sizes: { containers, ticks },
  // Measured: some 250 MiB of memory for a cell of 26.1.5, 20 MiB of disk, 20 s of time with six side by side.
  budget: { memoryBytes: 1 << 30, diskBytes: 512 << 20, seconds: 300 },
  observations,
  run: observe,
  judge: judgeNetnsRestore,
};
