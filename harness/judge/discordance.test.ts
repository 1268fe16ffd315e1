import test from 'ava';
import { discordance } from './discordance.ts';

/** Counts the pairs out of order in every arrangement of values at doses 0, 0, 1, … */
function byTrying(repeats: readonly number[]): number[] {
  const doses = repeats.flatMap((count, dose) => Array.from({ length: count }, () => dose));
  const counts: number[] = [];
  const all = arrangements(doses.map((_, index) => index));
  for (const values of all) {
    let discordant = 0;
    for (const [i, dose] of doses.entries()) {
      for (let j = i + 1; j < doses.length; j++) {
        if (dose !== doses[j] && (values[i] ?? 0) > (values[j] ?? 0)) discordant++;
      }
    }
    counts[discordant] = (counts[discordant] ?? 0) + 1;
  }
  return counts.map((count) => count / all.length);
}

function arrangements(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) => arrangements(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

for (const repeats of [[1, 1, 1], [1, 1, 1, 1, 1], [2, 2], [3, 1, 2], [1, 2, 1, 3], [4], [1, 1, 1, 1, 1, 1, 1]]) {
  test(`readings per dose ${repeats.join(', ')}: the same as trying every order`, (t) => {
    const exact = discordance(repeats);
    const tried = byTrying(repeats);
    t.is(exact.length, tried.length);
    t.true(exact.every((probability, index) => Math.abs(probability - (tried[index] ?? 0)) < 1e-14));
  });
}
