import { mountFlags, systemdEras } from '../../harness/core/mount-flags.ts';
import type { Scenario } from '../../harness/run/scenario.ts';
import { judgeNetnsRestore } from './judge.ts';
import { type NetnsRestoreObservations, observations } from './observations.ts';
import { observe, restarts, ticks, containers } from './protocol.ts';

/** Tests the effect of a restart under live-restore on network namespaces. */
export const netnsRestore: Scenario<NetnsRestoreObservations> = {
  name: 'netns-restore',
  claim:
    'A dockerd that is restarted under live-restore loses the network namespaces of its running containers ' +
    'when its MountFlags gave it a mount namespace of its own.',
  references: ['moby/moby#30274', 'moby/moby#29921', 'moby/moby#33656', 'moby/moby#35873'],
  factors: [
    { name: 'mountFlags', levels: mountFlags },
    { name: 'liveRestore', levels: ['on', 'off'], aliases: { true: 'on', false: 'off', yes: 'on', no: 'off' } },
    { name: 'starts', levels: Object.keys(restarts), aliases: { 'restarted twice': 'restarted-twice' } },
    // CentOS 7, from where the reports came, has 219; the others are a matter of --only systemd=…
    { name: 'systemd', levels: systemdEras.map(({ version }) => version), defaults: ['219'] },
  ],
  sizes: { containers, ticks },
  // Measured: some 250 MiB of memory for a cell of 26.1.5, 20 MiB of disk, 20 s of time with six side by side.
  budget: { memoryBytes: 1 << 30, diskBytes: 512 << 20, seconds: 300 },
  observations,
  run: observe,
  judge: judgeNetnsRestore,
};
