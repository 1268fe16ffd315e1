/** A difference that is known and accepted. */
export interface KnownDifference {
  what: RegExp;
  /** Every request that shows it has to match, as {@link describeStep} names them. */
  request?: RegExp;
  real?: RegExp | 'missing';
  replica?: RegExp | 'missing';
  /** `later`: for daemons after 1.13; `recorded`: for what was recorded. Without it: always. */
  only?: 'later' | 'recorded';
  why: string;
}

/** The prefix of a log line: its number of occurrences. */
export const often = String.raw`^(?:\d+ × )?`;
