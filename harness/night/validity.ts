import { controlOf, controls } from '../core/cell.ts';
import type { InvalidReason } from '../store/night-record.ts';
import type { StoredRun } from '../store/read-run.ts';

/** Why what a night says does not count; nothing when its controls came out right. Pure. */
export function invalidBecause(runs: readonly StoredRun[]): InvalidReason[] {
  const cells = runs.flatMap(({ cells: all }) => all.filter(({ plan }) => controlOf(plan.cell) !== undefined));
  return controls.flatMap((control): InvalidReason[] => {
    const own = cells.filter(({ plan }) => controlOf(plan.cell) === control);
    if (own.length === 0) return [{ reason: 'control-not-tried', control }];
    return own
      .filter(({ verdict }) => verdict?.outcome !== 'as-expected')
      .map(({ plan, verdict }) => ({
        reason: 'control-wrong',
        control,
        cell: plan.name,
        outcome: verdict?.outcome ?? 'not-finished',
        ...(verdict?.judgement && { observed: verdict.judgement.observed }),
      }));
  });
}
