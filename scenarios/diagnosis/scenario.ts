import type { Cell } from '../../harness/core/cell.ts';
import { isBefore } from '../../harness/core/version.ts';
import type { Scenario } from '../../harness/run/scenario.ts';
import { withoutContainerdUnit } from '../common/containerd-factor.ts';
import { confusionMatrix } from '../common/diagnosis/confusion-matrix.ts';
import { truthOf } from './expected.ts';
import { factors, level } from './factors.ts';
import { judgeDiagnosis } from './judge.ts';
import { observations, type DiagnosisObservations } from './observations.ts';
import { calls, clientOf, collections, hosts, observe } from './protocol.ts';

/** Whether `lab diagnose` says what is true, on hosts whose truth is known. */
export const diagnosis: Scenario<DiagnosisObservations> = {
  name: 'diagnosis',
  claim:
    'A diagnosis of a live host finds its problems and their causes, and accuses no healthy host: the collector reads cells whose state the lab has made.',
  standIn: true,
  factors,
  first: [{ condition: 'lost' }, { condition: 'healthy-restarted' }],
  clients(cell) {
    const client = clientOf[level(cell, 'condition')];
    return client === undefined ? [] : [client];
  },
  notApplicable,
  budget: { memoryBytes: 1 << 30, diskBytes: 512 << 20, seconds: 240 },
  sizes: { collections, calls },
  observations,
  run: observe,
  judge: judgeDiagnosis,
  conclude: (cells) =>
    confusionMatrix(
      cells.map(({ cell, version, observations: { collections: taken } }) => ({
        truth: truthOf(level(cell, 'condition'), version),
        collections: taken,
      })),
    ),
};

/** The versions whose dockerd replaces a stopped containerd after some 10 s (collector-stall), and the first with one at all that can be stopped for long. */
const [replacesFrom, waitsFrom] = ['1.13', '18.09'];

function notApplicable(cell: Cell, version: string): string | undefined {
  const condition = level(cell, 'condition');
  const ofUnit = withoutContainerdUnit(hosts[condition].containerd ?? 'managed', version);
  if (ofUnit !== undefined) return ofUnit;
  const isOld = !isBefore(version, replacesFrom) && isBefore(version, waitsFrom);
  if (condition === 'stalled' && isOld) return 'dockerd replaces a stopped containerd, or, as a replica, has none';
  if (condition === 'abandoned-attaches' && isBefore(version, '20.10'))
    return 'what this docker does with an abandoned attach was not measured';
  return undefined;
}
