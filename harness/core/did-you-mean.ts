import { closest, distance } from 'fastest-levenshtein';
import { UsageError } from './errors.ts';

/** ` Did you mean "slave"? Known: …` — the guess only where it is near, the list always. */
export function didYouMean(word: string, known: readonly string[]): string {
  const list = ` Known: ${known.join(', ')}.`;
  if (known.length === 0) return '';
  const lowerCase = known.map((one) => one.toLowerCase());
  const guess = known[lowerCase.indexOf(closest(word.toLowerCase(), lowerCase))] ?? '';
  // A pair of letters in the wrong order counts as two; of a word of two letters that would be all.
  const near =
    distance(word.toLowerCase(), guess.toLowerCase()) <=
    Math.max(Math.min(2, Math.floor(guess.length / 2)), Math.floor(guess.length / 3));
  return near ? ` Did you mean "${guess}"?${list}` : list;
}

/**
 * The entry of a list that has this name.
 *
 * @throws {UsageError} when there is none.
 */
export function named<T extends { name: string }>(what: string, name: string, list: readonly T[]): T {
  const entry = list.find((candidate) => candidate.name === name);
  if (entry) return entry;
  const names = list.map((candidate) => candidate.name);
  throw new UsageError(`There is no ${what} "${name}".${didYouMean(name, names)}`);
}
