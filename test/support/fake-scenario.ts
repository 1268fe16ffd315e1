import { z } from 'zod';
import type { Scenario } from '../../harness/run/scenario.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';

/** A judgement of one check, which was met, missed, or had no expectation. */
export function fakeJudgement(is: 'met' | 'missed' | 'unknown'): Judgement {
  return {
    observed: 'netns kept',
    expected: is === 'missed' ? 'netns lost 3/3' : 'netns kept',
    ...(is === 'missed'
      ? { reason: "the bind mounts went with the daemon's mount namespace", reference: 'moby issue 30274' }
      : { reason: 'nothing was restarted', reference: 'control' }),
    checks: [
      {
        what: 'network namespaces',
        observed: '3 nsfs',
        ...(is !== 'unknown' && { expected: is === 'met' ? '3 nsfs' : '3 lost' }),
        asExpected: is !== 'missed',
        evidence: ['stat -f -c %t /run/docker/netns/809fe71d52a5 → 6e736673 (nsfs)'],
      },
    ],
    bug: is === 'unknown' ? 'unknown' : 'absent',
  };
}

/** A scenario that observes at once that all is well. */
export function fakeScenario(overrides: Partial<Scenario> = {}): Scenario {
  return {
    name: 'fake',
    claim: 'A fake shows nothing.',
    factors: [{ name: 'mood', levels: ['good', 'bad', 'ugly'] }],
    budget: { memoryBytes: 64 << 20, diskBytes: 1 << 20, seconds: 300 },
    observations: z.unknown(),
    run: (context) => context.phase('containers', 'looking', () => Promise.resolve({ saw: context.cell['mood'] })),
    judge: () => fakeJudgement('met'),
    ...overrides,
  };
}
