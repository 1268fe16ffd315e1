import { missing } from './body-differences.ts';
import { shapeOfLog } from './log-shape.ts';
import type { Observation } from './play.ts';
import { describeStep } from './step.ts';

interface LogDifference {
  /** Undefined for lines that are compared over the whole script. */
  request: string | undefined;
  real: string;
  replica: string;
}

type Counts = ReadonlyMap<string, number>;

/** Lines that one log has more often than the other, in a step or over all; where both logs were kept. */
export function logDifferences(
  real: readonly Observation[],
  replica: readonly Observation[],
  roots: { real: string; replica: string },
): LogDifference[] {
  const [all, others] = [new Map<string, number>(), new Map<string, number>()];
  const found = real.flatMap(({ step, log }, index) => {
    const other = replica[index]?.log;
    if (!log || !other) return [];
    const [one, two] = [shapeOfLog(log, roots.real), shapeOfLog(other, roots.replica)];
    addTo(all, one);
    addTo(others, two);
    return compareCounts(describeStep(step), one.counts, two.counts);
  });
  return [...found, ...compareCounts(undefined, all, others)];
}

function addTo(totals: Map<string, number>, { overAll, seen }: { overAll: Counts; seen: ReadonlySet<string> }): void {
  for (const [line, count] of overAll) totals.set(line, (totals.get(line) ?? 0) + count);
  for (const line of seen) totals.set(line, 1);
}

function compareCounts(request: string | undefined, real: Counts, replica: Counts): LogDifference[] {
  const lines = new Set([...real.keys(), ...replica.keys()]);
  const differing = [...lines].filter((line) => real.get(line) !== replica.get(line));
  return differing.map((line) => ({ request, real: countOf(line, real), replica: countOf(line, replica) }));
}

function countOf(line: string, counts: Counts): string {
  const count = counts.get(line) ?? 0;
  if (count === 0) return missing;
  return count === 1 ? line : `${count} × ${line}`;
}
