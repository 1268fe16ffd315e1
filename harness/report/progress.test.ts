import { mock } from 'node:test';
import test from 'ava';
import { fakeJudgement } from '../../test/support/fake-scenario.ts';
import { openProgressView } from './progress.ts';
import type { ProgressView } from '../run/progress-view.ts';

// It colours what is no terminal as well.
delete process.env['FORCE_COLOR'];

/** The output of a view: the standard output of an AVA worker is not a terminal. */
function written(watch: (view: ProgressView) => void): string {
  let text = '';
  const { mock: writing } = mock.method(process.stdout, 'write', (chunk: string) => {
    text += chunk;
    return true;
  });
  try {
    using view = openProgressView(process.stdout);
    watch(view);
  } finally {
    writing.restore();
  }
  return text;
}

test('cells are counted as they end, with what was observed', (t) => {
  const text = written((view) => {
    view.expect(3);
    view.cellDoes('mood=good', { activity: 'making-machine' });
    view.cellEnded('mood=good', {
      schema: 2,
      outcome: 'as-expected',
      judgement: fakeJudgement('met'),
      seconds: 21.34,
      shares: {},
    });
    view.cellEnded('mood=bad', { schema: 2, outcome: 'infra-failed', failure: 'boom', seconds: 92.4, shares: {} });
    view.cellEnded('mood=good (repeat 2)', {
      schema: 2,
      outcome: 'unexpected',
      judgement: fakeJudgement('missed'),
      seconds: 0,
      shares: {},
    });
  });
  t.is(
    text,
    `1/3 ✔ as expected  mood=good  netns kept  21.3 s
2/3 ! infra failed  mood=bad  1 min 32 s
3/3 ✘ unexpected  mood=good (repeat 2)  netns kept  0.0 s
`,
  );
});

test('a step of fetching is said once, however often its fraction changes', (t) => {
  const text = written((view) => {
    view.fetching('20.10.24', { what: 'downloading 85 packages', fraction: 0 });
    view.fetching('20.10.24', { what: 'downloading 85 packages', fraction: 0.5 });
    view.fetching('1.13.1', { what: 'downloading 85 packages' });
    view.fetching('20.10.24', { what: 'unpacking' });
    view.fetching('20.10.24', { what: 'unpacking', fraction: 1 });
    view.fetched('20.10.24');
  });
  t.is(text, '20.10.24: downloading 85 packages\n1.13.1: downloading 85 packages\n20.10.24: unpacking\n');
});

test('what is said stays', (t) => {
  t.is(
    written((view) => view.say('kept until Ctrl-C')),
    'kept until Ctrl-C\n',
  );
});

test('nothing is said of nothing', (t) => {
  t.is(
    written((view) => view.expect(5)),
    '',
  );
});
