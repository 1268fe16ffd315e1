import test from 'ava';
import { allValue, codesValue, tallyValue, type Value } from '../judge/value.ts';
import { summaryWords, valueWords } from './value-words.ts';

const slope = (metric: string, unit: string, each: number, margin?: number) => ({
  metric,
  unit,
  per: 'call',
  slope: each,
  ...(margin !== undefined && { margin }),
});

const said: readonly [Value, string][] = [
  [{ kind: 'flag', is: true }, 'yes'],
  [{ kind: 'count', count: 3000, unit: 'calls' }, '3,000'],
  [{ kind: 'count', count: 0, unit: 'lines' }, 'none'],
  [{ kind: 'share', count: 79, of: 80, unit: 'calls' }, '79 of 80 calls'],
  [{ kind: 'presence', present: true }, 'some'],
  [codesValue(['hangs', 'zeroed', 'hangs']), 'hangs, zeroed'],
  [codesValue([]), 'nothing'],
  [tallyValue(['running-on', 'started-anew', 'running-on']), '2 running on, 1 started anew'],
  [{ kind: 'failures', counts: { ECONNRESET: 3, EPIPE: 1 } }, '3 with ECONNRESET, 1 with EPIPE'],
  [{ kind: 'failures', counts: {} }, 'none'],
  [{ kind: 'limit', bytes: 256 << 20 }, '256 MiB'],
  [{ kind: 'limit' }, 'none'],
  [{ kind: 'name', name: 'agent' }, 'agent'],
  [{ kind: 'verdict', verdict: 'no-leak' }, 'no-leak'],
  [
    { kind: 'verdict', verdict: 'leak', slopes: [slope('fds', 'fds', 1), slope('heap-alloc', 'bytes', 32_234.4, 12)] },
    'leak: 1.000 fds, 32,234 ± 12 heap-alloc bytes per call',
  ],
  [{ kind: 'text', text: '3 nsfs' }, '3 nsfs'],
];
for (const [value, words] of said) test(`${value.kind}: ${words}`, (t) => t.is(valueWords(value), words));

test('the line of a cell', (t) => {
  t.is(summaryWords(undefined), 'not known yet');
  t.is(summaryWords([{ what: 'network-namespaces', value: allValue(3, 'nsfs') }]), 'netns kept');
  t.is(
    summaryWords([
      { what: 'network-namespaces', value: tallyValue(['lost', 'nsfs', 'gone']) },
      { what: 'stats-calls', value: { kind: 'unknown' } },
      { what: 'next-address', value: codesValue(['duplicate-ip']) },
    ]),
    'netns lost 2/3 · stats: unknown · duplicate-ip',
  );
  t.is(
    summaryWords([
      { what: 'stats-call', value: codesValue(['no-networks']) },
      { what: 'call-after-restart', value: codesValue(['hangs']) },
    ]),
    'no-networks · next restart: hangs',
  );
  t.is(summaryWords([{ what: 'cgroups-made', value: { kind: 'count', count: 1, unit: 'cgroups' } }]), '1 cgroup made');
});
