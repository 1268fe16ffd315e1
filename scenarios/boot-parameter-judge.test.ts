import test from 'ava';
import { judgeBootParameter } from './boot-parameter-judge.ts';
import type { BootParameterObservations } from './boot-parameter.ts';

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

test('a kernel that nobody has booted gives no pass', (t) => {
  const judgement = judgeBootParameter(cell, '3.10.0-514.el7.x86_64', seen(false, false));
  t.like(judgement, { observed: 'ignored', expected: 'not known yet' });
  t.is(judgement.checks[0]?.expected, undefined);
});
