import type { StoredCell, StoredRun } from '../store/read-run.ts';

/** A host whose verdict on a cell is another one than that of at least two other hosts, which agree. */
export interface Disagreement {
  host: string;
  scenario: string;
  /** Name of the cell. */
  cell: string;
  verdict: HostVerdict;
  others: { hosts: string[]; verdict: HostVerdict };
}

type HostVerdict = Pick<NonNullable<StoredCell['verdict']>, 'outcome'> & { bug?: string };

/**
 * The hosts of a fleet whose verdicts differ from those of two others on the same cell: a night with `repeat`, or one after a host was
 * withdrawn, has such cells. Cells that were not judged say nothing about their host. Pure.
 */
export function disagreementsIn(runs: readonly StoredRun[]): Disagreement[] {
  const judged = runs.flatMap(({ run, cells }) =>
    cells.flatMap(({ plan, verdict }) => {
      if (verdict?.host === undefined || !verdict.judgement) return [];
      const own: HostVerdict = { outcome: verdict.outcome, bug: verdict.judgement.bug };
      return [
        {
          key: `${plan.scenario ?? run.scenario} ${plan.hash}`,
          scenario: plan.scenario ?? run.scenario,
          cell: plan.name,
          host: verdict.host,
          verdict: own,
        },
      ];
    }),
  );
  return [...Map.groupBy(judged, ({ key }) => key).values()].flatMap((same) => {
    const camps = [...Map.groupBy(same, ({ verdict }) => `${verdict.outcome} ${verdict.bug}`).values()].map((camp) => ({
      camp,
      hosts: [...new Set(camp.map(({ host }) => host))],
    }));
    const most = camps.toSorted((a, b) => b.hosts.length - a.hosts.length)[0];
    const [first] = most?.camp ?? [];
    if (!most || !first || most.hosts.length < 2) return [];
    return same
      .filter(({ host }) => !most.hosts.includes(host))
      .map(({ host, scenario, cell, verdict }) => ({
        host,
        scenario,
        cell,
        verdict,
        others: { hosts: most.hosts.toSorted(), verdict: first.verdict },
      }));
  });
}
