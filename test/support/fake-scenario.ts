import { containerState } from '../../harness/evidence/container-state.ts';
import { defineObservations } from '../../harness/evidence/observations.ts';
import type { Scenario } from '../../harness/run/scenario.ts';
import { checkOf, type Fact } from '../../harness/judge/check.ts';
import { allValue } from '../../harness/judge/value.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';

/** A judgement of one check, which was met, missed, or had no expectation. */
export function fakeJudgement(is: 'met' | 'missed' | 'unknown'): Judgement {
  return {
    observed: namespaces('nsfs'),
    expected: namespaces(is === 'missed' ? 'lost' : 'nsfs'),
    ...(is === 'missed'
      ? { reason: "the bind mounts went with the daemon's mount namespace", reference: 'moby issue 30274' }
      : { reason: 'nothing was restarted', reference: 'control' }),
    checks: [
      checkOf(
        'network-namespaces',
        allValue(3, 'nsfs'),
        is === 'unknown' ? undefined : allValue(3, is === 'met' ? 'nsfs' : 'lost'),
        ['stat -f -c %t /run/docker/netns/809fe71d52a5 → 6e736673 (nsfs)'],
      ),
    ],
    bug: is === 'unknown' ? 'unknown' : 'absent',
  };
}

/** The observations of a fake: its mood, as text. */
export const fakeObservations = defineObservations({ saw: containerState });

function namespaces(code: 'nsfs' | 'lost'): Fact[] {
  return [{ what: 'network-namespaces', value: allValue(3, code) }];
}

/** A scenario that observes at once that all is well. */
export function fakeScenario(overrides: Partial<Scenario> = {}): Scenario {
  return {
    name: 'fake',
    claim: 'A fake shows nothing.',
    factors: [{ name: 'mood', levels: ['good', 'bad', 'ugly'] }],
    budget: { memoryBytes: 64 << 20, diskBytes: 1 << 20, seconds: 300 },
    observations: fakeObservations,
    run: (context) =>
      context.phase('containers', { activity: 'reading-containers' }, () =>
        Promise.resolve({ saw: context.cell['mood'] ?? 'none' }),
      ),
    judge: () => fakeJudgement('met'),
    ...overrides,
  };
}
