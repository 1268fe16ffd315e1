import type { LogPatterns } from '../model/evidence.ts';
import { linesOf } from '../text/lines.ts';

/** Reads the lines of `count_patterns` of the collector: how many lines were looked at, and a row for each pattern. */
export function parseLogPatterns(file: string, text: string): LogPatterns {
  let lines = 0;
  const patterns: LogPatterns['patterns'][number][] = [];
  for (const { text: line, words, integer, fail } of linesOf(file, text)) {
    if (words[0] === 'lines') lines = integer(words[1], 'a number of lines');
    else if (words[0] === 'pattern') {
      const [, pattern = '', count, one = '', other = '', example = ''] = line.split('\t');
      // A journal is read from its end.
      const [first = '', last = ''] = [one, other].toSorted();
      patterns.push({ pattern, count: integer(count, 'a number of lines'), first, last, example });
    } else fail('lines or pattern');
  }
  return { lines, patterns };
}
