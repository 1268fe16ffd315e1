import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { LabError } from '../../harness/core/errors.ts';
import { scratch } from '../../test/support/scratch.ts';
import { readEarlier } from './earlier.ts';
import { secondsOf } from './segments.ts';

test('samples of a killed run: its last line may be a part of one', (t) => {
  const file = path.join(scratch(t), 'samples.ndjson');
  const sample = (segment: number, seconds: number) => ({ segment, seconds, calls: seconds, values: { fds: 40 } });
  const lines = [sample(1, 5), sample(1, 15), sample(2, 5)].map((one) => JSON.stringify(one));
  writeFileSync(file, `${lines.join('\n')}\n{"segment":2,"sec`);
  const samples = readEarlier(file);
  t.deepEqual(samples, [sample(1, 5), sample(1, 15), sample(2, 5)]);
  t.is(secondsOf(samples), 20);
});

test('lines that are no samples, or cannot follow the one before, are left out', (t) => {
  const file = path.join(scratch(t), 'samples.ndjson');
  const sample = { segment: 1, seconds: 5, calls: 3, values: { fds: 40 } };
  const good = [sample, { ...sample, seconds: 15, calls: 6 }, { ...sample, segment: 2, seconds: 4 }];
  const bad = [
    { ...sample, segment: 9_007_199_254_740_991 },
    { ...sample, segment: 0 },
    { ...sample, segment: 3 },
    { ...sample, segment: 1, seconds: 25, calls: 5 },
    { ...sample, segment: 1, seconds: 14, calls: 7 },
    { ...sample, segment: 1, seconds: 1e308, calls: 7 },
    { ...sample, segment: 1, seconds: -1 },
    { ...sample, segment: 1, seconds: '25' },
    { ...sample, segment: 1, calls: 6.5 },
    { ...sample, segment: 1, values: { fds: null } },
    { ...sample, segment: 1, seconds: 25, calls: 7, more: 1 },
    [sample],
    null,
  ].map((one) => JSON.stringify(one));
  const words = [
    '{"segment":1,"seconds":20,"calls":9,"val',
    '\u0000\u001b[2J',
    '['.repeat(100_000),
    '{"__proto__":{"segment":1}}',
    '',
  ];
  const [first, second, third] = good.map((one) => JSON.stringify(one));
  writeFileSync(file, [bad[0], first, second, ...bad, ...words, third, '{"segm'].join('\n'));
  t.deepEqual(readEarlier(file), good);
});

test('a file of samples that is a link or no file is refused', (t) => {
  const directory = scratch(t);
  const link = path.join(directory, 'samples.ndjson');
  symlinkSync('/etc/passwd', link);
  t.throws(() => readEarlier(link), { instanceOf: LabError, message: /samples\.ndjson/ });
  t.throws(() => readEarlier(directory), { instanceOf: LabError });
});

test('a run that has none', (t) => {
  t.deepEqual(readEarlier(undefined), []);
  t.deepEqual(readEarlier('/nowhere/samples.ndjson'), []);
  t.is(secondsOf([]), 0);
});
