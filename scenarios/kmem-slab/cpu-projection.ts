import type { Cell } from '../../harness/core/cell.ts';
import { kernelVerdictOn } from '../common/cgroup-evidence.ts';
import type { Wishes } from '../../harness/run/scenario.ts';
import { level } from './factors.ts';
import type { Dosed } from '../common/dose-response.ts';

/** CPUs of hosts that a projection is printed for, beside those that were measured. */
const projected = [8, 32, 128];

/** A measured cell: CPUs, and bytes of per-CPU memory and of all unreclaimable memory for each removed cgroup. */
interface Measured {
  cpus: number;
  percpu: number;
  all: number;
}

/** The bytes of a dying cgroup as a base and a share of each CPU, fitted over cells that differ in their CPUs alone. */
export interface CpuFit {
  /** Bytes on no CPU at all: what does not grow with them. */
  base: number;
  /** Bytes for each CPU. */
  perCpu: number;
}

/** Fits a line by least squares; undefined with fewer than two different numbers of CPUs. */
export function fitCpus(points: readonly { cpus: number; bytes: number }[]): CpuFit | undefined {
  if (new Set(points.map(({ cpus }) => cpus)).size < 2) return undefined;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [cpus, bytes] = [mean(points.map((one) => one.cpus)), mean(points.map((one) => one.bytes))];
  const lever = points.reduce((sum, one) => sum + (one.cpus - cpus) ** 2, 0);
  const perCpu = points.reduce((sum, one) => sum + (one.cpus - cpus) * (one.bytes - bytes), 0) / lever;
  return { base: bytes - perCpu * cpus, perCpu };
}

/** For cells that differ in their CPUs alone: the fit, and what a dying cgroup costs on larger hosts. Pure, as the judge is. */
export function projectCpus(
  cells: readonly { cell: Cell; version: string; observations: Dosed }[],
  { projectCpus: wanted }: Wishes = {},
): string[] {
  const groups = Map.groupBy(cells, ({ cell, version }) => {
    const others = Object.entries(cell).filter(([factor]) => factor !== 'cpus');
    return JSON.stringify([version, ...others.toSorted(([a], [b]) => a.localeCompare(b))]);
  });
  return [...groups.values()].flatMap((group) => {
    const measured = group.flatMap((one) => measuredIn(one) ?? []);
    const fit = fitCpus(measured.map(({ cpus, all }) => ({ cpus, bytes: all })));
    const [first] = group;
    if (!fit || !first) return [];
    const name = `${first.version}, ${level(first.cell, 'workload')}, ${level(first.cell, 'bootParameters')}`;
    const rows = measured.map(
      ({ cpus, percpu, all }) =>
        `  ${cpus} CPU${cpus === 1 ? '' : 's'}: ${amount(all)} each, ${amount(percpu)} of it per-CPU memory`,
    );
    const at = [...new Set([...projected, ...(wanted === undefined ? [] : [wanted])])]
      .toSorted((a, b) => a - b)
      .map((cpus) => `${amount(fit.base + fit.perCpu * cpus)} on ${cpus}`)
      .join(', ');
    return [
      `Bytes of a dying cgroup by CPUs: ${name}`,
      ...rows,
      `  ${amount(fit.base)} and ${amount(fit.perCpu)} for each CPU; projected: ${at}`,
    ];
  });
}

function measuredIn({ cell, observations }: { cell: Cell; observations: Dosed }): Measured | undefined {
  const slopeOf = (metric: string) => kernelVerdictOn(observations, metric)?.slope;
  const all = slopeOf('unreclaimable');
  return all === undefined ? undefined : { cpus: Number(level(cell, 'cpus')), percpu: slopeOf('percpu') ?? 0, all };
}

function amount(count: number): string {
  return `${Math.round(count).toLocaleString('en')} B`;
}
