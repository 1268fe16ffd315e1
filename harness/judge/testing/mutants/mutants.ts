import { lineMutants } from './line.ts';
import type { Mutant } from './mutant.ts';
import { recoveryMutants } from './recovery.ts';
import { thresholdMutants } from './threshold.ts';
import { verdictMutants } from './verdict.ts';

/** Every mistake that is tried. */
export const mutants: readonly Mutant[] = [...lineMutants, ...thresholdMutants, ...verdictMutants, ...recoveryMutants];
