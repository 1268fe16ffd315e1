import type { Notes } from '../evidence/daemon-notes.ts';
import type { Series } from '../evidence/series.ts';
import { cpuLine } from './cpu-line.ts';
import { disagreements } from './disagreements.ts';
import { logRateLines } from './log-rate-lines.ts';
import { observerLine } from './observer-line.ts';
import { profileLines } from './profile-lines.ts';

/** Notes as figures of a judgement. */
export function noteLines(
  { profiles, cpu, log, info, costs }: Notes,
  idle: readonly Series[],
  count: number,
  unit: 'call' | 'exec' = 'call',
): string[] {
  return [
    ...(profiles ? profileLines(profiles) : []),
    cpuLine(count, cpu.work, cpu.idle, unit),
    ...logRateLines(log),
    ...disagreements(info),
    observerLine(costs, cpu.readings, idle),
  ];
}
