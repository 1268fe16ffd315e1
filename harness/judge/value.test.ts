import test from 'ava';
import { allValue, codesValue, codeValue, matches, tallyValue, type Value } from './value.ts';

const count = (number: number): Value => ({ kind: 'count', count: number, unit: 'lines' });
const presence = (present: boolean): Value => ({ kind: 'presence', present });
const failures = (counts: Record<string, number>): Value => ({ kind: 'failures', counts });
const leak: Value = { kind: 'verdict', verdict: 'leak' };
const noLeak: Value = { kind: 'verdict', verdict: 'no-leak' };
const noneAnswered: Value = {
  kind: 'tally',
  counts: [
    { code: 'answered', count: 0 },
    { code: 'held', count: 3 },
  ],
};

const pairs: readonly [title: string, observed: Value, expected: Value, same: boolean][] = [
  ['a tally in another order', tallyValue(['lost', 'nsfs', 'lost']), tallyValue(['nsfs', 'lost', 'lost']), true],
  ['a tally with another count', tallyValue(['lost', 'lost']), allValue(3, 'lost'), false],
  ['a tally with a code more', tallyValue(['lost', 'gone', 'lost']), allValue(3, 'lost'), false],
  ['a code that none has', noneAnswered, allValue(3, 'held'), true],
  ['codes, each once', codesValue(['hangs', 'hangs']), codeValue('hangs'), true],
  ['one code more', codesValue(['hangs', 'zeroed']), codeValue('hangs'), false],
  ['some lines', count(15), presence(true), true],
  ['no line where some are expected', count(0), presence(true), false],
  ['a line where none is expected', count(1), presence(false), false],
  ['no line where none is expected', count(0), presence(false), true],
  ['counts', count(3), count(3), true],
  ['other counts', count(3), count(4), false],
  ['failures that did not happen', failures({ ECONNRESET: 0 }), failures({}), true],
  ['failures', failures({ ECONNRESET: 1 }), failures({}), false],
  ['a verdict with its slopes', { kind: 'verdict', verdict: 'leak', slopes: [] }, leak, true],
  ['another verdict', leak, noLeak, false],
  ['values of two kinds', count(1), { kind: 'flag', is: true }, false],
  ['no limit', { kind: 'limit' }, { kind: 'limit', bytes: 1 }, false],
];
for (const [title, observed, expected, same] of pairs) {
  test(`${title}: ${same ? 'the same' : 'not the same'}`, (t) => t.is(matches(observed, expected), same));
}
