import type { VerdictRecord } from '../../store/schema.ts';
import type { Html } from '../markup/html.ts';
import { table } from '../markup/table.ts';
import { badge, signOf } from '../markup/signs.ts';
import { checkWords, valueWords } from '../value-words.ts';

type Judged = NonNullable<VerdictRecord['judgement']>;

/** The observed values, each beside the expected one. */
export function checkTable(what: string, checks: Judged['checks']): Html {
  return table(
    `What was checked: ${what}`,
    ['what', 'observed', 'expected', 'verdict'],
    checks.map((check) => [
      checkWords(check),
      valueWords(check.observed),
      check.expected ? valueWords(check.expected) : 'not known yet',
      badge(signOf(check.undecided ? 'inconclusive' : check.asExpected ? 'as-expected' : 'unexpected')),
    ]),
  );
}
