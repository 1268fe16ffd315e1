import type { Check, Fact } from '../../harness/judge/check.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { checkWords, summaryWords, valueWords } from '../../harness/report/value-words.ts';

/** A judgement as people read it in reports. */
export interface Worded extends Omit<Judgement, 'observed' | 'expected' | 'checks'> {
  observed: string;
  expected: string;
  checks: (Omit<Check, 'what' | 'name' | 'observed' | 'expected'> & {
    what: string;
    observed: string;
    expected?: string;
  })[];
}

/** The words of reports for a judgement. */
export function inWords({ observed, expected, checks, ...rest }: Judgement): Worded {
  return {
    ...rest,
    observed: summaryWords(observed),
    expected: summaryWords(expected),
    checks: checks.map(({ what, name, observed: saw, expected: wanted, ...check }) => ({
      ...check,
      what: checkWords({ what, name }),
      observed: valueWords(saw),
      ...(wanted && { expected: valueWords(wanted) }),
    })),
  };
}

/** Facts that are any text, as judgements of schema 1 have them. */
export function textFacts(text: string): Fact[] {
  return [{ what: 'old', value: { kind: 'text', text } }];
}
