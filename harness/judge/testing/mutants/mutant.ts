/** A small mistake in the judge that its tests have to notice. */
export interface Mutant {
  /** In `harness/judge`. */
  file: string;
  /** The exact text, which the file has once. */
  text: string;
  becomes: string;
  /** The consequence of this mistake in a judge. */
  why: string;
  /** Why no test can notice it: it then has to survive. */
  equivalent?: string;
}

/** A row of a table of mutants: what stands there, what it becomes, why it matters, and why it may survive. */
export type Row = readonly [text: string, becomes: string, why: string, equivalent?: string];

/** The mutants of one file. */
export function mutantsOf(file: string, rows: readonly Row[]): Mutant[] {
  return rows.map(([text, becomes, why, equivalent]) => ({
    file,
    text,
    becomes,
    why,
    ...(equivalent !== undefined && { equivalent }),
  }));
}
