import type { Scenario } from '../../harness/run/scenario.ts';
import { daemonBudget } from '../../harness/machine/contract.ts';
import { withoutContainerdUnit } from '../common/containerd-factor.ts';
import { judgeMountBusy } from './judge.ts';
import { type MountBusyObservations, observations } from './observations.ts';
import { observe } from './protocol.ts';
import { factors, level } from './factors.ts';

/** Why units had MountFlags: a mount that another namespace has a copy of. */
export const mountBusy: Scenario<MountBusyObservations> = {
  name: 'mount-busy',
  claim:
    'Before Linux 3.18, and on RHEL 7 without fs.may_detach_mounts, a container’s mount that another mount namespace has a copy of ' +
    'makes docker rm fail with “device or resource busy”; that is why units had MountFlags=slave.',
  factors,
  first: [
    { mountFlags: 'unset', holder: 'another-namespace' },
    { mountFlags: 'unset', holder: 'none' },
  ],
  notApplicable: (cell, version) => withoutContainerdUnit(level(cell, 'containerd'), version),
  systemd: (cell) => level(cell, 'systemd'),
  budget: { ...daemonBudget, seconds: 120 },
  observations,
  run: observe,
  judge: judgeMountBusy,
};
