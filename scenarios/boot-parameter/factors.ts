import { levelNames, levelReader } from '../../harness/core/levels.ts';
import type { Effect } from '../../harness/workloads/effect.ts';

/** A parameter to try: its text on the command line, and the reading that shows its effect. */
interface Tried {
  words: string;
  effect: Effect;
}

/** Parameters from the reports, and two controls that no kernel knows: a typo, and a name that does not exist. */
export const tried = {
  nokmem: { words: 'cgroup.memory=nokmem', effect: 'no-kernel-memory' },
  'disable-memory': { words: 'cgroup_disable=memory', effect: 'no-memory-controller' },
  // The name of the switch until 3.18, which later kernels know as well.
  'slub-nomerge': { words: 'slub_nomerge', effect: 'no-merged-caches' },
  'slab-nomerge': { words: 'slab_nomerge', effect: 'no-merged-caches' },
  typo: { words: 'cgroup.memory=nokmen', effect: 'no-kernel-memory' },
  unknown: { words: 'lab.unknown=1', effect: 'no-kernel-memory' },
} as const satisfies Readonly<Record<string, Tried>>;

export type Parameter = keyof typeof tried;

/** The factors of boot-parameter. */
export const factors = [{ name: 'parameter', levels: levelNames(tried) }] as const;

/** Reads a level of a cell. */
export const level = levelReader(factors);
