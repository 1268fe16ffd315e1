import { hasStarted, type ContainerStart } from '../../harness/evidence/container-starts.ts';
import { checkOf, type Check } from '../../harness/judge/check.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { codesValue, codeValue, type Code, type Value } from '../../harness/judge/value.ts';
import { startsCheck } from '../common/judge-starts.ts';
import type { StartObservations } from './observations.ts';
import { remedyNamed, type RemedyName } from './remedies.ts';

/** The expected effect of a remedy on a host whose containers do not start. */
interface StartsAfterRemedy {
  starts: 'started' | 'not-started';
  refused: boolean;
  reason: string;
}

const reference = 'moby issues 38174 and 38191; measured on 20.10.24, 26.1.5 and 28.5.2';

/** The expected effect of each remedy that can be tried. */
function expectationOf(remedy: RemedyName): StartsAfterRemedy {
  if (remedy === 'flags-removed' || remedy === 'flags-removed+containers-restarted') {
    return {
      starts: 'started',
      refused: false,
      reason:
        'without MountFlags containerd sees what dockerd mounts: containers that are asked to start do, now and after the next restart',
    };
  }
  return {
    starts: 'not-started',
    refused: remedy === 'containers-restarted',
    reason:
      'with MountFlags=slave containerd, in the mount namespace of the host, still does not see what dockerd mounts',
  };
}

/** Judges a remedy on a host whose containers do not start. */
export function judgeStarts(
  remedy: RemedyName,
  { starts, refusals, seconds, outageSeconds }: StartObservations,
): Judgement {
  const expected = expectationOf(remedy);
  const [after, later] = [valueOf(starts.remedied), valueOf(starts.restarted)];
  return {
    observed: [
      { what: 'starts-after-remedy', value: after },
      { what: 'starts-after-restart', value: later },
    ],
    expected: [
      { what: 'starts-after-remedy', value: codeValue(expected.starts) },
      { what: 'starts-after-restart', value: codeValue(expected.starts) },
    ],
    reason: expected.reason,
    reference,
    checks: [
      startsCheck(starts.before, 'not-started'),
      checkOf(
        'remedy-refused',
        { kind: 'flag', is: refusals.length > 0 },
        { kind: 'flag', is: expected.refused },
        refusals,
      ),
      named('starts-after-remedy', starts.remedied, expected.starts),
      named('starts-after-restart', starts.restarted, expected.starts),
    ],
    figures: [
      remedyNamed(remedy).summary,
      `took ${seconds.toFixed(1)} s, in which the daemon did not answer for ${outageSeconds.toFixed(1)} s`,
      ...refusals.map((refusal) => `refused: ${refusal}`),
    ],
    bug: starts.remedied.every(hasStarted) ? 'absent' : 'present',
  };
}

function named(
  what: 'starts-after-remedy' | 'starts-after-restart',
  all: readonly ContainerStart[],
  expected: Code,
): Check {
  return { ...checkOf(what, valueOf(all), codeValue(expected)), evidence: startsCheck(all, undefined).evidence };
}

/** One code when all do the same, else both. */
function valueOf(all: readonly ContainerStart[]): Value {
  return codesValue(all.map((one) => (hasStarted(one) ? 'started' : 'not-started')));
}
