import test, { type ExecutionContext } from 'ava';
import { serve } from './fixtures.ts';
import { anyOriginAnswers } from './origin-answers.ts';

const serverOf = (t: ExecutionContext, status: number | undefined) =>
  serve(t, (_request, response) => {
    if (status !== undefined) response.writeHead(status).end();
  });

const answersAt = (base: string, signal = new AbortController().signal) =>
  anyOriginAnswers({ name: 'of a test', file: 'docker.tgz', base, sha256: '', megabytes: 1 }, signal);

test('an origin that has the file answers; one that lacks it, is silent or is gone does not', async (t) => {
  t.true(await answersAt(await serverOf(t, 200)));
  t.false(await answersAt(await serverOf(t, 404)));
  t.false(await answersAt(await serverOf(t, undefined)));
  t.false(await answersAt('http://127.0.0.1:9'));
});

test('a redirect is followed, and not without end', async (t) => {
  const target = await serverOf(t, 200);
  const moved = (to: () => string) =>
    serve(t, (_request, response) => {
      response.writeHead(302, { location: to() }).end();
    });
  t.true(await answersAt(await moved(() => `${target}/docker.tgz`)));
  t.false(await answersAt(await moved(() => '/again')));
});

test('an interrupt ends the question', async (t) => {
  const base = await serverOf(t, undefined);
  await t.throwsAsync(answersAt(base, AbortSignal.abort(new Error('interrupted'))), { message: 'interrupted' });
});
