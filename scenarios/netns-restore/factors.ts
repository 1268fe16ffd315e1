import { levelNames, levelReader } from '../../harness/core/levels.ts';
import { mountFlags, systemdVersions } from '../../harness/core/mount-flags.ts';

/** The number of restarts of the unit for each level of `starts`. */
export const restarts = { fresh: 0, restarted: 1, 'restarted-twice': 2 } as const;

/** The factors of netns-restore. */
export const factors = [
  { name: 'mountFlags', levels: mountFlags },
  { name: 'liveRestore', levels: ['on', 'off'], aliases: { true: 'on', false: 'off', yes: 'on', no: 'off' } },
  { name: 'starts', levels: levelNames(restarts), aliases: { 'restarted twice': 'restarted-twice' } },
  // CentOS 7, from where the reports came, has 219; the others are a matter of --only systemd=…
  { name: 'systemd', levels: systemdVersions, defaults: ['219'] },
] as const;

/** Reads a level of a cell. */
export const level = levelReader(factors);
