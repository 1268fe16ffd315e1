import test from 'ava';
import { duration } from './duration.ts';
import { logLines } from './log-lines.ts';
import { optional } from './members.ts';
import { defineObservations } from './observations.ts';
import { readEvidenceIn } from './read-evidence.ts';

const declared = defineObservations({ lines: logLines, seconds: duration, more: { took: optional(duration) } }, [
  'seconds',
]);
const lines = { member: 'lines', kind: 'log-lines', value: [] };
const seconds = { member: 'seconds', kind: 'duration', value: 1 };

test('of schema 1 the scenario gives the kinds, and what it shows first comes first', (t) => {
  t.deepEqual<unknown, unknown>(readEvidenceIn({ lines: [], seconds: 1 }, declared), {
    evidence: [seconds, lines],
    problems: [],
  });
  const took = { member: 'more.took', kind: 'duration', value: 2 };
  t.deepEqual<unknown, unknown>(readEvidenceIn({ lines: [], seconds: 1, more: { took: 2 } }, declared), {
    evidence: [seconds, lines, took],
    problems: [],
  });
});

test('of schema 1 and of a scenario that this lab does not have nothing can be said', (t) => {
  t.deepEqual(readEvidenceIn({ lines: [] }, undefined), {
    evidence: [],
    problems: [
      'the kinds of its evidence are not known: they are of schema 1, and no scenario of this lab has that name',
    ],
  });
});

test('of schema 2 each member names its kind, of any scenario', (t) => {
  const evidence = { lines: { kind: 'log-lines', value: [] }, seconds: { kind: 'duration', value: 1 } };
  t.deepEqual<unknown, unknown>(readEvidenceIn({ schema: 2, evidence }, undefined), {
    evidence: [lines, seconds],
    problems: [],
  });
});

test('each member that cannot be read is named, and hides no other', (t) => {
  const evidence = {
    lines: { kind: 'log-lines', value: [{ time: 1, line: 2 }] },
    seconds: { kind: 'duration', value: 1 },
    'more.took': { kind: 'no-such', value: 1 },
  };
  t.deepEqual<unknown, unknown>(readEvidenceIn({ schema: 2, evidence }, declared), {
    evidence: [seconds],
    problems: [
      'lines: Invalid input: expected string, received number at [0].time, and 1 more',
      'more.took: no kind of evidence is called no-such',
    ],
  });
  const swapped = { lines: { kind: 'duration', value: 2 }, seconds: { kind: 'duration', value: 1 } };
  t.deepEqual<unknown, unknown>(readEvidenceIn({ schema: 2, evidence: swapped }, declared), {
    evidence: [seconds, { member: 'lines', kind: 'duration', value: 2 }],
    problems: ['lines: it is duration, and has to be log-lines'],
  });
  const old = readEvidenceIn({ lines: {}, seconds: 1, other: 1 }, declared);
  t.deepEqual<unknown, unknown>(old, {
    evidence: [seconds],
    problems: ['other: no such member is declared', 'lines: Invalid input: expected array, received object'],
  });
});

test('a member that is missing, and a file that has no evidence at all', (t) => {
  t.deepEqual(readEvidenceIn({ lines: [] }, declared).problems, ['seconds: it is missing, and has to be duration']);
  t.deepEqual(readEvidenceIn({ schema: 3 }, declared).problems, ['Invalid input: expected 2 at schema, and 1 more']);
  t.deepEqual(readEvidenceIn('text', declared).problems, [
    'lines: it is missing, and has to be log-lines',
    'seconds: it is missing, and has to be duration',
  ]);
});
