import { bootParameterClaim } from '../../harness/evidence/boot-parameter-claim.ts';
import { bootParameterEffect } from '../../harness/evidence/boot-parameter-effect.ts';
import { kernelCommandLine } from '../../harness/evidence/kernel-command-line.ts';
import { kernelLog } from '../../harness/evidence/kernel-log.ts';
import { defineObservations, type ValueOfObservations } from '../../harness/evidence/observations.ts';

/** Observations of a cell of boot-parameter, as they are stored. */
export const observations = defineObservations(
  {
    claim: bootParameterClaim,
    commandLine: kernelCommandLine,
    kernelLog,
    effect: bootParameterEffect,
  },
  ['effect', 'claim'],
);

export type BootParameterObservations = ValueOfObservations<typeof observations>;
