import test from 'ava';
import { inWords } from '../../test/support/in-words.ts';
import { judgeBootParameter as judge } from './judge.ts';
import type { BootParameterObservations } from './observations.ts';

const judgeBootParameter = (...all: Parameters<typeof judge>) => inWords(judge(...all));

const seen = (known: boolean, effective: boolean, parameter = 'cgroup.memory=nokmem'): BootParameterObservations => ({
  claim: { parameter, known, evidence: known ? 'the image has it' : 'the image has no such string' },
  commandLine: `console=ttyS0 quiet ${parameter}`,
  kernelLog: [],
  effect: { seen: effective, evidence: `it was charged ${effective ? 0 : 40_960} bytes` },
});

const cell = { kernel: '6.1', parameter: 'nokmem' };

test('effective: known, and the effect is there', (t) => {
  const judgement = judgeBootParameter(cell, '6.1.0-50', seen(true, true));
  t.like(judgement, { observed: 'effective', expected: 'effective', bug: 'absent' });
  t.deepEqual(judgement.figures, [
    'image: known. the image has it',
    '/proc/cmdline: there. console=ttyS0 quiet cgroup.memory=nokmem',
    'effect: seen. it was charged 0 bytes',
  ]);
});

test('accepted: the image knows it, and nothing comes of it', (t) => {
  const judgement = judgeBootParameter(cell, '6.1.0-50', seen(true, false));
  t.like(judgement, { observed: 'accepted', expected: 'effective', bug: 'present' });
  t.false(judgement.checks[0]?.asExpected);
});

test('ignored: the command line has it all the same', (t) => {
  const judgement = judgeBootParameter(
    { kernel: '6.1', parameter: 'typo' },
    '6.1',
    seen(false, false, 'cgroup.memory=nokmen'),
  );
  t.like(judgement, { observed: 'ignored', expected: 'ignored', bug: 'present' });
  t.true(judgement.checks.every(({ asExpected }) => asExpected));
});

const centos73 = '3.10.0-514.el7.x86_64';
const centos79 = '3.10.0-1160.el7.x86_64';

/** Kernel, level, what was seen, and what the judge says: observed, expected, whether each check is as expected. */
const onCentos: readonly [release: string, level: string, known: boolean, effective: boolean, said: string][] = [
  [centos73, 'nokmem', false, false, 'ignored, ignored: met met met'],
  [centos73, 'disable-memory', true, true, 'effective, effective: met met met'],
  [centos73, 'slab-nomerge', false, false, 'ignored, ignored: met met met'],
  [centos73, 'slub-nomerge', true, true, 'effective, not known yet: open met met'],
  [centos73, 'slub-nomerge', false, false, 'ignored, not known yet: open NOT met'],
  [centos79, 'nokmem', true, true, 'effective, effective: met met met'],
  [centos79, 'nokmem', false, false, 'ignored, effective: NOT NOT met'],
  [centos79, 'disable-memory', true, true, 'effective, not known yet: open open met'],
  ['3.10.0-862.el7.x86_64', 'nokmem', false, false, 'ignored, not known yet: open open met'],
];

test('CentOS 7.3 and 7.9, and a kernel that was never booted, which gives no pass', (t) => {
  for (const [release, level, known, effective, said] of onCentos) {
    const { observed, expected, checks } = judgeBootParameter({ parameter: level }, release, seen(known, effective));
    const met = checks.map((one) => (one.expected === undefined ? 'open' : one.asExpected ? 'met' : 'NOT'));
    t.is(`${observed}, ${expected}: ${met.join(' ')}`, said, `${release} ${level}`);
  }
});
