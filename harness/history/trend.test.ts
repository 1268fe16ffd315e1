import test from 'ava';
import type { Outcome } from '../core/outcome.ts';
import { slope } from './testing/stored.ts';
import { flipsOf, trendOf, type Appearance, type Trend } from './trend.ts';

const letters: Readonly<Record<string, Outcome>> = {
  g: 'as-expected',
  b: 'unexpected',
  u: 'inconclusive',
  i: 'infra-failed',
  o: 'boot-failed',
  n: 'not-applicable',
};

/** `g g b` is three nights, `gb` one with a repeat, `.` one in which the cell was not tried. */
function history(text: string): { appearances: Appearance[]; columns: string[] } {
  const nights = text.split(' ').map((word, index) => ({ column: `${index + 1}`, word }));
  return {
    columns: nights.map(({ column }) => column),
    appearances: nights
      .filter(({ word }) => word !== '.')
      .map(({ column, word }) => ({
        column,
        outcomes: word.split('').map((letter) => letters[letter] ?? 'infra-failed'),
        slopes: [],
      })),
  };
}

const stands = test.macro({
  exec(t, text: string, expected: Omit<Trend, 'moved'>) {
    const { appearances, columns } = history(text);
    t.deepEqual(trendOf(appearances, columns), { ...expected, moved: [] });
  },
  title: (_, text: string, { state }: Omit<Trend, 'moved'>) => `${text}: ${state}`,
});

test(stands, 'g', { state: 'passing', lastGood: '1', flips: 0 });
test(stands, 'g g g', { state: 'passing', lastGood: '3', flips: 0 });
test(stands, 'b', { state: 'new failure', firstBad: '1', flips: 0 });
test(stands, 'i u b', { state: 'new failure', firstBad: '3', flips: 0 });
test(stands, 'b b', { state: 'still failing', firstBad: '1', flips: 0 });
test(stands, 'g b', { state: 'regression', firstBad: '2', lastGood: '1', flips: 1 });
test(stands, 'g g i b', { state: 'regression', firstBad: '4', lastGood: '2', flips: 1 });
test(stands, 'g b b', { state: 'still failing', firstBad: '2', lastGood: '1', flips: 1 });
test(stands, 'g b i b', { state: 'still failing', firstBad: '2', lastGood: '1', flips: 1 });
test(stands, 'b g', { state: 'fixed', lastGood: '2', flips: 1 });
test(stands, 'b g g', { state: 'passing', lastGood: '3', flips: 1 });
// What lasted broke and was mended: no flake, before and after.
test(stands, 'g b b b g', { state: 'fixed', lastGood: '5', flips: 0 });
test(stands, 'g b b b g b', { state: 'regression', firstBad: '6', lastGood: '5', flips: 1 });
test(stands, 'g b b b', { state: 'still failing', firstBad: '2', lastGood: '1', flips: 0 });
// Two changes are a flake, whichever way it ended.
test(stands, 'g b g', { state: 'flaky', firstBad: '2', lastGood: '1', flips: 2 });
test(stands, 'g b g b', { state: 'flaky', firstBad: '4', lastGood: '3', flips: 3 });
test(stands, 'g b b g', { state: 'flaky', firstBad: '2', lastGood: '1', flips: 2 });
// Changes of the infrastructure are none of the cell's.
test(stands, 'g i g i g', { state: 'passing', lastGood: '5', flips: 0 });
test(stands, 'g o g n g', { state: 'passing', lastGood: '5', flips: 0 });
test(stands, 'g u g u g', { state: 'passing', lastGood: '5', flips: 0 });
test(stands, 'g i', { state: 'passing', lastGood: '1', flips: 0 });
// A repeat is never tried until it passes.
test(stands, 'g gb', { state: 'flaky', firstBad: '2', lastGood: '2', flips: 1 });
test(stands, 'g bg', { state: 'flaky', firstBad: '2', lastGood: '1', flips: 2 });
test(stands, 'g gg', { state: 'passing', lastGood: '2', flips: 0 });
test(stands, 'g gi', { state: 'passing', lastGood: '2', flips: 0 });
test(stands, 'g ug', { state: 'flaky', lastGood: '2', flips: 0 });
// A flake of long ago is forgotten: two weeks of tries are looked at.
test(stands, 'g b g g g g g g g g g g g g g g g', { state: 'passing', lastGood: '17', flips: 0 });
test(stands, 'g u', { state: 'undecided', lastGood: '1', flips: 0 });
test(stands, 'u', { state: 'undecided', flips: 0 });
// Nothing that has run says anything.
test(stands, 'i', { state: 'stale', flips: 0 });
test(stands, 'n n', { state: 'not applicable', flips: 0 });
test(stands, 'n i', { state: 'stale', flips: 0 });
test(stands, 'g n n n', { state: 'not applicable', lastGood: '1', flips: 0 });
test(stands, 'g . .', { state: 'passing', lastGood: '1', flips: 0 });
test(stands, 'g . . .', { state: 'stale', lastGood: '1', flips: 0 });
test(stands, 'g i i i', { state: 'stale', lastGood: '1', flips: 0 });
test(stands, 'g b . . .', { state: 'stale', lastGood: '1', flips: 1 });

test('changes are counted, but for the ends of failures that lasted', (t) => {
  const count = (text: string) => flipsOf(text.split('').map((letter) => letter === 'g'));
  t.deepEqual(
    ['', 'g', 'gg', 'gb', 'gbg', 'gbbg', 'gbbbg', 'gbgbbbg', 'bbb', 'bbbgb'].map(count),
    [0, 0, 0, 1, 2, 2, 0, 2, 0, 1],
  );
});

test('a slope that moved beyond its interval is told, though the verdict is the same', (t) => {
  const night = (column: string, ...slopes: Appearance['slopes']): Appearance => ({
    column,
    outcomes: ['as-expected'],
    slopes,
  });
  const columns = ['1', '2', '3', '4'];
  const moved = (...appearances: Appearance[]) => trendOf(appearances, columns).moved;
  t.deepEqual(moved(night('1', slope(1)), night('2', slope(3))), [
    { before: slope(1), now: slope(3), from: '1', to: '2' },
  ]);
  t.deepEqual(moved(night('1', slope(3)), night('2', slope(1))), [
    { before: slope(3), now: slope(1), from: '1', to: '2' },
  ]);
  // They touch: they cannot be distinguished.
  t.deepEqual(moved(night('1', slope(1)), night('2', slope(2))), []);
  t.deepEqual(moved(night('1', slope(1)), night('2', slope(9, 'goroutines'))), []);
  t.deepEqual(moved(night('1', slope(1))), []);
  // The night between them could not measure anything.
  t.deepEqual(moved(night('1', slope(1)), night('2'), night('3', slope(3))), [
    { before: slope(1), now: slope(3), from: '1', to: '3' },
  ]);
  // It moved once, not every night since.
  t.deepEqual(moved(night('1', slope(1)), night('2', slope(3)), night('3', slope(3))), []);
});
