import { levelReader } from '../../harness/core/levels.ts';
import { containerdFactor } from '../common/containerd-factor.ts';
import { systemdVersions } from '../../harness/core/mount-flags.ts';

/** The factors of mount-busy. */
export const factors = [
  { name: 'mountFlags', levels: ['unset', 'slave'] },
  // A browser's sandbox, a unit with PrivateTmp, another container: each process that unshares gets a copy of all mounts of the host.
  { name: 'holder', levels: ['none', 'another-namespace'] },
  { name: 'systemd', levels: systemdVersions, defaults: ['219'] },
  containerdFactor,
] as const;

/** Reads a level of a cell. */
export const level = levelReader(factors);
