import test from 'ava';
import type { Column } from './columns.ts';
import { retentionOf, type RetentionRule } from './retention.ts';

const now = new Date('2026-11-10T12:00:00.000Z');

/** Nights at two o'clock, and runs by hand at noon, by their days. */
function columns(...words: string[]): Column[] {
  return words.map((word) => {
    const kind = word.startsWith('n') ? 'night' : 'by hand';
    const day = word.slice(1, 3);
    return {
      key: word,
      kind,
      label: 'nightly',
      startedAt: `2026-11-${day}T${kind === 'night' ? '02' : '12'}:00:00.000Z`,
      state: word.endsWith('…') ? 'running' : 'finished',
      revision: '',
      kernels: [],
      builds: [],
      runs: [`run of ${word}`],
      invalidBecause: [],
    };
  });
}

const goes = test.macro({
  exec(t, words: string[], rule: RetentionRule, expected: string[], cited: string[] = []) {
    const reasons = new Map(cited.map((word) => [`run of ${word}`, 'the report shows it']));
    const decided = retentionOf(columns(...words), rule, reasons, now);
    t.deepEqual(
      decided.filter(({ kept }) => kept === undefined).map(({ column }) => column.key),
      expected,
    );
    for (const word of cited) t.is(decided.find(({ column }) => column.key === word)?.kept, 'the report shows it');
  },
  title: (title = '') => title,
});

const history = ['n01', 'h01', 'n02', 'h02', 'n03'];
test('the newest nights stay, and what was run by hand since', goes, history, { nights: 2 }, ['n01', 'h01']);
test('with as many nights as there are, nothing goes', goes, ['h01', 'n02', 'h02'], { nights: 1 }, ['h01']);
test('with fewer nights than are to be kept, nothing goes', goes, history, { nights: 4 }, []);
test('without any night, nothing goes by their number', goes, ['h01', 'h02'], { nights: 1 }, []);
test('days', goes, ['n01', 'n08', 'h08', 'n09'], { days: 2 }, ['n01', 'n08']);
test('what one of two rules keeps stays', goes, ['n01', 'n08', 'n09'], { nights: 1, days: 9 }, ['n01']);
test('what is cited stays', goes, history, { nights: 1 }, ['n01', 'h01', 'h02'], ['n02']);
test('what has not ended stays', goes, ['n01…', 'n02'], { nights: 1 }, []);
