/** The possible effects of boot parameters, each with a check in parameter-effects.ts. */
export type Effect = 'no-kernel-memory' | 'no-memory-controller' | 'no-merged-caches';
