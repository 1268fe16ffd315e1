import test from 'ava';
import {
  BudgetExhaustedError,
  describeFailure,
  LabError,
  lastLines,
  messageOf,
  NotApplicableError,
  UsageError,
} from './errors.ts';

const failure = { doing: 'starting dockerd 1.13.1', expected: 'it answers GET /_ping', happened: 'it ended' };

test('a failure says what was done, what happened and what was expected', (t) => {
  t.is(
    describeFailure(failure),
    `starting dockerd 1.13.1: it ended
  expected: it answers GET /_ping`,
  );
});

test('evidence and a hint come after it, the evidence indented as a block', (t) => {
  t.is(
    describeFailure({ ...failure, evidence: '$ dockerd\nno subsystem for mount', hint: 'run lab doctor' }),
    `starting dockerd 1.13.1: it ended
  expected: it answers GET /_ping
  evidence:
    $ dockerd
    no subsystem for mount
  what you can do: run lab doctor`,
  );
});

test('empty evidence is left out', (t) => {
  t.is(describeFailure({ ...failure, evidence: '' }), describeFailure(failure));
});

for (const [name, Kind] of Object.entries({ LabError, NotApplicableError, BudgetExhaustedError })) {
  test(`${name} keeps its failure and its cause`, (t) => {
    const cause = new Error('ENOENT');
    const error = new Kind(failure, { cause });
    t.true(error instanceof LabError);
    t.is(error.name, name);
    t.is(error.message, describeFailure(failure));
    t.deepEqual(error.failure, failure);
    t.is(error.cause, cause);
  });
}

test('a usage error is no failure of the lab', (t) => {
  const error = new UsageError('Which scenario?');
  t.false(error instanceof LabError);
  t.is(error.name, 'UsageError');
});

test('the message of anything that was thrown', (t) => {
  t.is(messageOf(new TypeError('not a function')), 'not a function');
  t.is(messageOf('a string'), 'a string');
  t.is(messageOf(undefined), 'undefined');
});

const ends = test.macro({
  exec(t, text: string, count: number, expected: string) {
    t.is(lastLines(text, count), expected);
  },
  title: (_, text: string, count: number) => `the last ${count} lines of ${JSON.stringify(text)}`,
});

test(ends, 'a\nb\nc\n', 2, 'b\nc');
test(ends, 'a\nb\n\n\n', 1, 'b');
test(ends, '\n a\n\nb', 12, '\n a\n\nb');
test(ends, '', 3, '');
