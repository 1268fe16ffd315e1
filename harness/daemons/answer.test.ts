import test from 'ava';
import { answerTo } from './answer.ts';

test('what is granted has a status and no words', async (t) => {
  t.deepEqual(await answerTo(() => Promise.resolve('a body')), { status: 204, message: '' });
});

test('a refusal is an answer, with the words of the daemon', async (t) => {
  const refusal = Object.assign(new Error('(HTTP code 400) unexpected - no such file'), { statusCode: 400 });
  t.deepEqual(await answerTo(() => Promise.reject(refusal)), {
    status: 400,
    message: '(HTTP code 400) unexpected - no such file',
  });
});

test('no answer at all is thrown on', async (t) => {
  const broken = new Error('connect ECONNREFUSED');
  t.is(await t.throwsAsync(answerTo(() => Promise.reject(broken))), broken);
});
