import type { Mutant } from './mutants/mutant.ts';

/** A mutant, and whether a test has noticed it. */
export interface Tried {
  mutant: Mutant;
  killed: boolean;
}

/** The results of all mutants, as they are kept in MUTANTS.md. */
export interface MutantsReport {
  text: string;
  /** `179 mutants, 172 killed, 7 survived (7 equivalent)` */
  sum: string;
  /** Whether the survivors are exactly those that no test can notice. */
  isAsExpected: boolean;
}

/** Puts what was tried into words. */
export function mutantsReport(tried: readonly Tried[], date: Date): MutantsReport {
  const survivors = tried.filter(({ killed }) => !killed);
  const equivalent = survivors.filter(({ mutant }) => mutant.equivalent !== undefined);
  const wronglyKilled = tried.filter(({ mutant, killed }) => killed && mutant.equivalent !== undefined);
  const sum = `${tried.length} mutants, ${tried.length - survivors.length} killed, ${survivors.length} survived (${equivalent.length} equivalent)`;
  const text = [
    '# Mutants of the judge',
    'Small mistakes that were made in the judge one at a time, to see whether its tests notice them: ' +
      '`node harness/judge/testing/mutate.ts --write` tries them all and writes this page. The mistakes are data in ' +
      '`harness/judge/testing/mutants/`, each with what it would get wrong.',
    `${sum}; on ${date.toISOString().slice(0, 10)}, without the count of error rates, which takes longer than all other tests.`,
    ['| file | mutants | killed | survived |', '| --- | --- | --- | --- |', ...perFile(tried)].join('\n'),
    '## Survivors',
    survivors.length === 0 ? 'None.' : survivors.map(describe).join('\n'),
    ...(wronglyKilled.length > 0
      ? ['## Killed, though they were said to be equivalent', wronglyKilled.map(describe).join('\n')]
      : []),
  ].join('\n\n');
  return { text: `${text}\n`, sum, isAsExpected: survivors.length === equivalent.length && wronglyKilled.length === 0 };
}

function perFile(tried: readonly Tried[]): string[] {
  return [...Map.groupBy(tried, ({ mutant }) => mutant.file)].map(([file, ones]) => {
    const killed = ones.filter((one) => one.killed).length;
    return `| ${file} | ${ones.length} | ${killed} | ${ones.length - killed} |`;
  });
}

function describe({ mutant: { file, text, becomes, why, equivalent } }: Tried): string {
  const reason = equivalent === undefined ? 'not known yet why no test notices it' : `equivalent: ${equivalent}`;
  return `* \`${file}\`: \`${text}\` → \`${becomes === '' ? '(nothing)' : becomes}\` (${why}). ${reason[0]?.toUpperCase()}${reason.slice(1)}.`;
}
