import test from 'ava';
import { nightRecord } from './night-record.ts';
import { rejudgedRecord, verdictRecord } from './schema.ts';

/** As labs of schema 1 wrote it: its words are data here. */
const judgement = {
  observed: 'netns lost 3/3',
  expected: 'not known yet',
  reason: 'the bind mounts went',
  reference: 'moby issue 30274',
  checks: [
    { what: 'gateway', observed: '1 out of reach, 2 reached', expected: '3 reached', asExpected: false, evidence: [] },
    { what: 'goroutines', observed: 'leak', asExpected: true, undecided: true, evidence: ['it grows'] },
    { what: 'colour', observed: 'red', asExpected: true, evidence: [] },
  ],
  bug: 'present',
};
const text = (words: string) => ({ kind: 'text', text: words });
const typed = {
  ...judgement,
  observed: [{ what: 'old', value: text('netns lost 3/3') }],
  expected: [{ what: 'old', value: text('not known yet') }],
  checks: [
    {
      what: 'gateway',
      observed: text('1 out of reach, 2 reached'),
      expected: text('3 reached'),
      asExpected: false,
      evidence: [],
    },
    {
      what: 'slope',
      name: 'goroutines',
      observed: text('leak'),
      asExpected: true,
      undecided: true,
      evidence: ['it grows'],
    },
    { what: 'old', name: 'colour', observed: text('red'), asExpected: true, evidence: [] },
  ],
};

test('a verdict of schema 1: checks have the names of today, their words are texts', (t) => {
  const verdict = { schema: 1, outcome: 'unexpected', seconds: 1, shares: {} };
  t.deepEqual<unknown, unknown>(verdictRecord.parse({ ...verdict, judgement }), {
    ...verdict,
    schema: 2,
    judgement: typed,
  });
  const failed = { ...verdict, outcome: 'infra-failed', failure: 'it ended' };
  t.deepEqual<unknown, unknown>(verdictRecord.parse(failed), { ...failed, schema: 2 });
});

test('later judgements of schema 1', (t) => {
  const lab = { version: '0.1.0', revision: 'abc', node: '24.21.0' };
  const one = { judgedAt: '2026-11-22T06:09:16.000Z', lab, outcome: 'unexpected' };
  t.deepEqual<unknown, unknown>(rejudgedRecord.parse({ schema: 1, judgements: [{ ...one, judgement }] }), {
    schema: 2,
    judgements: [{ ...one, judgement: typed }],
  });
});

test('a night of schema 1: why it does not count are notes', (t) => {
  const night = {
    schema: 1,
    profile: 'quick',
    state: 'finished',
    startedAt: '2026-11-22T06:09:16.000Z',
    host: 'a_host',
    lab: { version: '0.1.0', revision: 'abc', node: '24.21.0' },
    only: [],
    not: [],
    done: [],
    leftOut: [],
    runs: [],
    valid: false,
    invalidBecause: ['no clean run was tried'],
  };
  t.deepEqual<unknown, unknown>(nightRecord.parse(night), {
    ...night,
    schema: 2,
    invalidBecause: [{ reason: 'note', text: 'no clean run was tried' }],
  });
});
