import test from 'ava';
import { limitCode, limitWords } from './limits.ts';

test('limits of a machine are codes, and sentences for people; old records have the sentences', (t) => {
  const sentence = 'CAP_SYS_RESOURCE is missing: a daemon cannot lower OOM scores';
  t.is(limitWords('no-oom-scores'), sentence);
  t.is(limitCode(sentence), 'no-oom-scores');
  t.is(limitCode('no-oom-scores'), 'no-oom-scores');
  for (const text of ['of another lab', 'constructor']) t.deepEqual([limitWords(text), limitCode(text)], [text, text]);
});
