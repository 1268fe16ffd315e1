import { systemdEras } from '../../harness/core/mount-flags.ts';
import type { Scenario } from '../../harness/run/scenario.ts';
import { judgeMountBusy } from './judge.ts';
import { type MountBusyObservations, observations } from './observations.ts';
import { observe } from './protocol.ts';

/** Why units had MountFlags: a mount that another namespace has a copy of. */
export const mountBusy: Scenario<MountBusyObservations> = {
  name: 'mount-busy',
  claim:
    'Before Linux 3.18, and on RHEL 7 without fs.may_detach_mounts, a container’s mount that another mount namespace has a copy of ' +
    'makes docker rm fail with “device or resource busy”; that is why units had MountFlags=slave.',
  references: ['moby/moby#35873', 'moby/moby#34863', 'moby/moby#22260'],
  factors: [
    { name: 'mountFlags', levels: ['unset', 'slave'] },
    // A browser's sandbox, a unit with PrivateTmp, another container: each process that unshares gets a copy of all mounts of the host.
    { name: 'holder', levels: ['none', 'another-namespace'] },
    { name: 'systemd', levels: systemdEras.map(({ version }) => version), defaults: ['219'] },
  ],
  budget: { memoryBytes: 1 << 30, diskBytes: 512 << 20, seconds: 120 },
  observations,
  run: observe,
  judge: judgeMountBusy,
};
