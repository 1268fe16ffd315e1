import { levelNames, levelReader } from '../../harness/core/levels.ts';
import { containerdFactor } from '../common/containerd-factor.ts';
import { setups } from './setups.ts';
import { mountFlags, systemdVersions } from '../../harness/core/mount-flags.ts';

/** The level of `starts` in which the unit has no MountFlags at its first start, and the containers are restarted under them. */
export const flagsAdded = 'flags-added';

/** The name of the container that is started last. */
export const nextContainer = 'next';

/** The number of restarts of the unit for each level of `starts`. */
export const restarts = { fresh: 0, restarted: 1, 'restarted-twice': 2, [flagsAdded]: 2 } as const;

/** The factors of netns-restore. */
export const factors = [
  { name: 'mountFlags', levels: mountFlags },
  { name: 'liveRestore', levels: ['on', 'off'], aliases: { true: 'on', false: 'off', yes: 'on', no: 'off' } },
  {
    name: 'starts',
    levels: levelNames(restarts),
    // What the flags do to a host that had none is a matter of --only starts=flags-added and of the nights.
    defaults: ['fresh', 'restarted', 'restarted-twice'],
    aliases: { 'restarted twice': 'restarted-twice' },
  },
  // CentOS 7, from where the reports came, has 219; the others are a matter of --only systemd=…
  { name: 'systemd', levels: systemdVersions, defaults: ['219'] },
  containerdFactor,
  // One more cell for each of the others: a matter of --only setup=… and of the nights.
  { name: 'setup', levels: levelNames(setups), defaults: ['plain'], unrecorded: 'plain' },
] as const;

/** Reads a level of a cell. */
export const level = levelReader(factors);
