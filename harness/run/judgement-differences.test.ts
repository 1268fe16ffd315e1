import test from 'ava';
import { fakeJudgement } from '../../test/support/fake-scenario.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { VerdictRecord } from '../store/schema.ts';
import { differencesOf, isVerdictChanged } from './judgement-differences.ts';

const check: Judgement['checks'][number] = {
  what: 'network namespaces',
  observed: '3 nsfs',
  expected: '3 nsfs',
  asExpected: true,
  evidence: ['stat'],
};
const met: Judgement = { ...fakeJudgement('met'), checks: [check] };
const stored: VerdictRecord = { schema: 1, outcome: 'as-expected', judgement: met, seconds: 1, shares: {} };

const differs = test.macro((t, now: Partial<Judgement>, expected: string[], isVerdict: boolean) => {
  const differences = differencesOf(stored, { outcome: 'as-expected', judgement: { ...met, ...now } });
  t.deepEqual(
    differences.map((one) => `${one.check ?? ''} ${one.field}: ${one.stored} → ${one.now}`),
    expected,
  );
  t.is(isVerdictChanged(differences), isVerdict);
});

test('the same', differs, {}, [], false);
test(
  'explanations may differ',
  differs,
  { reason: 'another', reference: 'another', figures: ['1'], checks: [{ ...check, evidence: [] }] },
  [],
  false,
);
test('the bug', differs, { bug: 'present' }, [' bug: absent → present'], true);
test(
  'a summary',
  differs,
  { observed: 'lost', expected: 'lost' },
  [' observed: netns kept → lost', ' expected: netns kept → lost'],
  false,
);
test(
  'all that a check says',
  differs,
  { checks: [{ what: check.what, observed: '3 lost', asExpected: false, undecided: true, evidence: [] }] },
  [
    'network namespaces observed: 3 nsfs → 3 lost',
    'network namespaces expected: 3 nsfs → undefined',
    'network namespaces asExpected: true → false',
    'network namespaces undecided: undefined → true',
  ],
  false,
);
test(
  'a check with another name',
  differs,
  { checks: [{ ...check, what: 'namespaces' }] },
  ['network namespaces check: 3 nsfs → undefined', 'namespaces check: undefined → 3 nsfs'],
  false,
);
test(
  'a second check of one name',
  differs,
  { checks: [check, { ...check, observed: '2 nsfs' }] },
  ['network namespaces (2) check: undefined → 2 nsfs'],
  false,
);

test('where nothing was judged, the outcome is the difference', (t) => {
  const now = { outcome: 'as-expected', judgement: met } as const;
  const failed: VerdictRecord = { schema: 1, outcome: 'infra-failed', failure: 'it ended', seconds: 1, shares: {} };
  t.deepEqual(differencesOf(failed, now), [{ field: 'outcome', stored: 'infra-failed', now: 'as-expected' }]);
  t.deepEqual(differencesOf(undefined, now), [{ field: 'outcome', stored: undefined, now: 'as-expected' }]);
});
