import test from 'ava';
import { mutantsReport, type Tried } from './mutants-report.ts';

const date = new Date('2026-11-22T10:00:00Z');
const mutant = { file: 'fall.ts', text: 'a > b', becomes: 'a >= b', why: 'falls of nothing' };
const killed: Tried = { mutant, killed: true };
const survived: Tried = { mutant, killed: false };
const equivalent = { ...mutant, becomes: '', equivalent: 'they are never equal' };

test('all killed', (t) => {
  const { sum, isAsExpected, text } = mutantsReport([killed], date);
  t.is(sum, '1 mutants, 1 killed, 0 survived (0 equivalent)');
  t.true(isAsExpected);
  t.true(text.includes('| fall.ts | 1 | 1 | 0 |'), text);
  t.true(text.endsWith('## Survivors\n\nNone.\n'), text);
});

test('a survivor without a reason is a gap in the tests', (t) => {
  const { sum, isAsExpected, text } = mutantsReport([killed, survived], date);
  t.is(sum, '2 mutants, 1 killed, 1 survived (0 equivalent)');
  t.false(isAsExpected);
  t.true(
    text.endsWith('* `fall.ts`: `a > b` → `a >= b` (falls of nothing). Not known yet why no test notices it.\n'),
    text,
  );
});

test('one that no test can notice has to survive', (t) => {
  const alive = mutantsReport([{ mutant: equivalent, killed: false }], date);
  t.true(alive.isAsExpected);
  t.true(
    alive.text.endsWith('* `fall.ts`: `a > b` → `(nothing)` (falls of nothing). Equivalent: they are never equal.\n'),
    alive.text,
  );
  const dead = mutantsReport([{ mutant: equivalent, killed: true }], date);
  t.false(dead.isAsExpected);
  t.true(dead.text.includes('## Killed, though they were said to be equivalent\n\n* `fall.ts`'), dead.text);
});
