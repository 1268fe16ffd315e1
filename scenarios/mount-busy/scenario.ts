import type { Scenario } from '../../harness/run/scenario.ts';
import { judgeMountBusy } from './judge.ts';
import { type MountBusyObservations, observations } from './observations.ts';
import { observe } from './protocol.ts';
import { factors } from './factors.ts';

/** Why units had MountFlags: a mount that another namespace has a copy of. */
export const mountBusy: Scenario<MountBusyObservations> = {
  name: 'mount-busy',
  claim:
    'Before Linux 3.18, and on RHEL 7 without fs.may_detach_mounts, a container’s mount that another mount namespace has a copy of ' +
    'makes docker rm fail with “device or resource busy”; that is why units had MountFlags=slave.',
  factors,
  budget: { memoryBytes: 1 << 30, diskBytes: 512 << 20, seconds: 120 },
  observations,
  run: observe,
  judge: judgeMountBusy,
};
