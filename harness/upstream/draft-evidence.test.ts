import test from 'ava';
import { slope } from '../history/testing/stored.ts';
import { allFigures, measured } from './draft-evidence.ts';
import { checkOf, verdictCheck, type Check } from '../judge/check.ts';
import type { JudgedCell } from './evidence.ts';

const fds = (verdict: 'leak' | 'no-leak', evidence: string[] = []) => ({
  ...verdictCheck('slope', verdict, verdict, evidence),
  name: 'fds',
});
const old = (name: string, text: string, evidence: string[]) => ({
  ...checkOf('old', { kind: 'text', text }, { kind: 'text', text }, evidence),
  name,
});

function judged(collector: string, checks: Check[]): JudgedCell {
  const judgement = {
    observed: [],
    expected: [],
    reason: '',
    reference: '',
    checks,
    figures: ['fds: leak. it grows by at least 0.5 fds per call'],
    slopes: [slope(1)],
    bug: 'present' as const,
  };
  return {
    plan: { schema: 1, name: '', hash: '', cell: { daemon: '26.1.5', collector }, repeat: 1 },
    directory: '',
    verdict: { schema: 2, outcome: 'as-expected', seconds: 1, shares: {}, judgement },
  };
}

const shown = judged('stalled', [
  fds('leak', ['it grows by at least 0.5 fds per call', '{"sent":80}', 'level=error msg="1 | 2"']),
  old('answers | after', '80', ['x'.repeat(500)]),
]);

test('a cell beside its control, and its slopes with their intervals', (t) => {
  t.deepEqual(measured(shown, judged('healthy', [fds('no-leak')]), ['dose.svg']), [
    '| what | here | with collector=healthy |\n| --- | --- | --- |\n| fds | leak | no-leak |\n| answers \\| after | 80 | not looked at |',
    '| metric | verdict | slope (its interval) | none up to |\n| --- | --- | --- | --- |\n| fds | leak | 1 (0.5 to 1.5) fds per call | 0.5 |',
    '![dose.svg](dose.svg)',
  ]);
  t.is(
    measured(shown, undefined, [])[0],
    '| what | observed |\n| --- | --- |\n| fds | leak |\n| answers \\| after | 80 |',
  );
});

test('lines of evidence are cut, and none of them twice', (t) => {
  t.deepEqual(allFigures(shown), [
    `Lines that show it:\n\n\`\`\`text\nlevel=error msg="1 | 2"\n${'x'.repeat(400)}\n\`\`\``,
    '```text\nfds: leak. it grows by at least 0.5 fds per call\n```',
  ]);
});
