import test from 'ava';
import { fakeJudgement } from '../../test/support/fake-scenario.ts';
import { checkOf } from '../judge/check.ts';
import type { Judgement } from '../judge/judgement.ts';
import { allValue } from '../judge/value.ts';
import { verdictRecord, type VerdictRecord } from '../store/schema.ts';
import { differencesOf, isVerdictChanged, type JudgementDifference } from './judgement-differences.ts';

const [kept, lost] = [allValue(3, 'nsfs'), allValue(3, 'lost')];
const check = checkOf('network-namespaces', kept, kept, ['stat']);
const met: Judgement = { ...fakeJudgement('met'), checks: [check] };
const stored: VerdictRecord = { schema: 2, outcome: 'as-expected', judgement: met, seconds: 1, shares: {} };

const differs = test.macro((t, now: Partial<Judgement>, expected: JudgementDifference[], isVerdict: boolean) => {
  const differences = differencesOf(stored, { outcome: 'as-expected', judgement: { ...met, ...now } });
  t.deepEqual(differences, expected);
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
test('the bug', differs, { bug: 'present' }, [{ field: 'bug', stored: 'absent', now: 'present' }], true);
const facts = [{ what: 'network-namespaces' as const, value: lost }];
test(
  'a summary',
  differs,
  { observed: facts, expected: facts },
  [
    { field: 'observed', stored: met.observed, now: facts },
    { field: 'expected', stored: met.expected, now: facts },
  ],
  false,
);
const key = { what: 'network-namespaces' } as const;
test(
  'all that a check says',
  differs,
  { checks: [{ ...key, observed: lost, asExpected: false, undecided: true, evidence: [] }] },
  [
    { field: 'check-observed', check: key, stored: kept, now: lost },
    { field: 'check-expected', check: key, stored: kept, now: undefined },
    {
      field: 'check-as-expected',
      check: key,
      stored: true,
      now: false,
      values: { stored: { observed: kept, expected: kept }, now: { observed: lost } },
    },
    { field: 'check-undecided', check: key, stored: false, now: true },
  ],
  false,
);
const slope = { what: 'slope', name: 'fds' } as const;
test(
  'a check with another name',
  differs,
  { checks: [{ ...check, ...slope }] },
  [
    { field: 'check', check: key, stored: kept, now: undefined },
    { field: 'check', check: slope, stored: undefined, now: kept },
  ],
  false,
);
test(
  'a second check of one name',
  differs,
  { checks: [check, { ...check, observed: lost }] },
  [{ field: 'check', check: { ...key, number: 2 }, stored: undefined, now: lost }],
  false,
);

test('where nothing was judged, the outcome is the difference', (t) => {
  const now = { outcome: 'as-expected', judgement: met } as const;
  const failed: VerdictRecord = { schema: 2, outcome: 'infra-failed', failure: 'it ended', seconds: 1, shares: {} };
  t.deepEqual(differencesOf(failed, now), [{ field: 'outcome', stored: 'infra-failed', now: 'as-expected' }]);
  t.deepEqual(differencesOf(undefined, now), [{ field: 'outcome', stored: undefined, now: 'as-expected' }]);
});

test('a verdict of schema 1: its words are not compared with values, and what they decided is', (t) => {
  const old = verdictRecord.parse({
    schema: 1,
    outcome: 'inconclusive',
    judgement: {
      observed: 'netns kept',
      expected: 'not known yet',
      reason: '',
      reference: '',
      checks: [
        { what: 'network namespaces', observed: '3 nsfs', asExpected: true, evidence: [] },
        { what: 'fds', observed: 'leak', expected: 'no-leak', asExpected: false, evidence: [] },
        { what: 'colour', observed: 'red', expected: 'red', asExpected: true, evidence: [] },
      ],
      bug: 'absent',
    },
    seconds: 1,
    shares: {},
  });
  const fds = { ...checkOf('slope', { kind: 'verdict', verdict: 'leak' }, undefined), name: 'fds' };
  t.deepEqual<JudgementDifference[], JudgementDifference[]>(
    differencesOf(old, { outcome: 'as-expected', judgement: { ...met, checks: [check, fds] } }),
    [
      { field: 'outcome', stored: 'inconclusive', now: 'as-expected' },
      { field: 'check-expected', check: key, stored: undefined, now: kept },
      { field: 'check-expected', check: slope, stored: { kind: 'text', text: 'no-leak' }, now: undefined },
      {
        field: 'check-as-expected',
        check: slope,
        stored: false,
        now: true,
        values: {
          stored: { observed: { kind: 'text', text: 'leak' }, expected: { kind: 'text', text: 'no-leak' } },
          now: { observed: { kind: 'verdict', verdict: 'leak' } },
        },
      },
      {
        field: 'check',
        check: { what: 'old', name: 'colour' },
        stored: { kind: 'text', text: 'red' },
        now: undefined,
      },
    ],
  );
});
