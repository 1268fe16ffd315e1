import test from 'ava';
import type { Outcome } from '../core/outcome.ts';
import { plain, showOutcome, showSeconds, type Paint } from './style.ts';

const marked: Paint = (format, text) => `<${format}>${text}</${format}>`;

const shows = test.macro({
  exec(t, outcome: Outcome | 'not-finished', format: string, text: string) {
    t.is(showOutcome(outcome, plain), text);
    t.is(showOutcome(outcome, marked), `<${format}>${text}</${format}>`);
  },
  title: (_, outcome: Outcome | 'not-finished') => outcome,
});

test(shows, 'as-expected', 'green', '✔ as expected');
test(shows, 'unexpected', 'red', '✘ unexpected');
test(shows, 'inconclusive', 'yellow', '? inconclusive');
test(shows, 'not-applicable', 'dim', '– not applicable');
test(shows, 'boot-failed', 'yellow', '! boot failed');
test(shows, 'infra-failed', 'yellow', '! infra failed');
test(shows, 'not-finished', 'yellow', '! not finished');

const lasts = test.macro({
  exec(t, seconds: number, text: string) {
    t.is(showSeconds(seconds), text);
  },
  title: (_, seconds: number) => `${seconds} s`,
});

test(lasts, 0, '0.0 s');
test(lasts, 4.94, '4.9 s');
test(lasts, 59.9, '59.9 s');
test(lasts, 60, '1 min 0 s');
test(lasts, 92.4, '1 min 32 s');
test(lasts, 3605, '60 min 5 s');
test(lasts, 59.97, '1 min 0 s');
test(lasts, 119.7, '2 min 0 s');
