import type { BundleProblem } from '../model/bundle.ts';

/** A line that is not what it should be: the reader of its file ends. */
export class LineError extends Error {
  override readonly name = 'LineError';
  readonly problem: BundleProblem;

  constructor(problem: BundleProblem) {
    super(`${problem.file}: expected ${problem.expected}`);
    this.problem = problem;
  }
}

/** Characters of a wrong line that are shown. */
const shownCharacters = 120;

/** A line of a file of a bundle, with its place. */
export interface Line {
  text: string;
  /** The text, divided at blanks. */
  words: string[];
  /** Ends the reading of the file. */
  fail: (expected: string) => never;
  /** An integer of at least 0, in decimal digits. */
  integer: (word: string | undefined, what: string) => number;
}

/** The lines of a file that are not empty. */
export function linesOf(file: string, text: string): Line[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const fail = (expected: string): never => {
      throw new LineError({ file, line: index + 1, expected, found: line.slice(0, shownCharacters) });
    };
    const integer = (word: string | undefined, what: string): number => {
      if (word === undefined || !/^\d{1,15}$/.test(word)) return fail(what);
      return Number(word);
    };
    return [{ text: line, words: line.trim().split(/\s+/), fail, integer }];
  });
}

/** Reads lines of a name and a number, e.g. `ids 12`. */
export function numbersByName(file: string, text: string): Record<string, number> {
  return Object.fromEntries(
    linesOf(file, text).map(({ words: [name = '', value], integer }) => [
      name,
      integer(value, 'a name and an integer'),
    ]),
  );
}
