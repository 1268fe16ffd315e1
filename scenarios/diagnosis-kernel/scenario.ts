import type { Scenario } from '../../harness/run/scenario.ts';
import { confusionMatrix } from '../common/diagnosis/confusion-matrix.ts';
import { truthOf } from './expected.ts';
import { factors, level, parameters } from './factors.ts';
import { judgeDiagnosisKernel } from './judge.ts';
import { observations, type DiagnosisKernelObservations } from './observations.ts';
import { cgroups, collections, observe } from './protocol.ts';

/** Whether `lab diagnose` says what is true of a kernel, with the recommended parameters, and with one that is misspelt. */
export const diagnosisKernel: Scenario<DiagnosisKernelObservations> = {
  name: 'diagnosis-kernel',
  claim:
    'A diagnosis of a live kernel finds memory cgroups that stay, says which boot parameters are effective, and accuses no healthy kernel.',
  needs: ['kernel'],
  machine: 'microvm',
  factors,
  first: [
    { parameter: 'none', workload: 'kmem' },
    { parameter: 'none', workload: 'nothing' },
  ],
  boot: (cell) => ({ parameters: parameters[level(cell, 'parameter')] }),
  budget: { memoryBytes: 256 << 20, diskBytes: 0, seconds: 300 },
  sizes: { cgroups, collections },
  observations,
  run: observe,
  judge: judgeDiagnosisKernel,
  conclude: (cells) =>
    confusionMatrix(
      cells.flatMap(({ cell, version, observations: { collections: taken } }) => {
        const truth = truthOf(cell, version);
        return truth ? [{ truth, collections: taken }] : [];
      }),
    ),
};
