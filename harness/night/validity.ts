import type { StoredRun } from '../store/read-run.ts';

/** The controls that every night has to have right, by the level of the factor `control`. */
const needed = ['planted leak', 'clean run'] as const;

/** Why what a night says does not count; nothing when its controls came out right. Pure. */
export function invalidBecause(runs: readonly StoredRun[]): string[] {
  const cells = runs.flatMap(({ cells: all }) => all.filter(({ plan }) => plan.cell['control'] !== undefined));
  return needed.flatMap((control) => {
    const own = cells.filter(({ plan }) => plan.cell['control'] === control);
    if (own.length === 0) return [`no ${control} was tried: nobody knows whether the instrument works`];
    return own
      .filter(({ verdict }) => verdict?.outcome !== 'as-expected')
      .map(({ plan, verdict }) => {
        const what = verdict?.judgement?.observed ?? verdict?.outcome ?? 'not finished';
        return `the ${control} did not come out as it is known to: ${what} (${plan.name})`;
      });
  });
}
