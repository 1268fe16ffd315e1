import { slopeCheck, type Check } from '../../../harness/judge/check.ts';
import type { SlopeVerdict } from '../../../harness/judge/verdict-record.ts';
import { verdictOn, type Dosed } from '../dose-response.ts';
import { seriesOf } from '../measured-series.ts';
import { runtimeCounts, runtimeMemory, type RuntimeCount } from './metrics.ts';

/** What containerd and the shims keep of each unit of work. */
export type RuntimeExpectation = Readonly<Record<RuntimeCount, SlopeVerdict['verdict']>>;

/** What is said about containerd and the shims of a cell. */
export interface RuntimeJudged {
  /** The verdicts that decide; none where nothing was read, or nothing is expected. */
  decided: SlopeVerdict[];
  checks: Check[];
  /** The verdicts that are shown only. */
  shown: SlopeVerdict[];
}

/** The series of dockers whose containerd and shims were measured under all of these scenarios: 20.10.24, 26.1.5 and 28.5.2. */
const measured = ['20.10', '26.1', '28.5'] as const;

/**
 * The expectation for a docker of that version: nothing stays, but what is named.
 *
 * @param kept the counts that grow with each unit of work
 * @returns undefined where the docker's series was not measured: its containerd and shims are shown then, and decide nothing, so that what was measured
 * of its dockerd still does
 */
export function expectedOfRuntime(version: string, kept: readonly RuntimeCount[] = []): RuntimeExpectation | undefined {
  if (!seriesOf(measured, version)) return undefined;
  const of = (metric: RuntimeCount) => (kept.includes(metric) ? 'leak' : 'no-leak');
  return {
    'containerd-fds': of('containerd-fds'),
    'containerd-goroutines': of('containerd-goroutines'),
    'containerd-threads': of('containerd-threads'),
    'shim-fds': of('shim-fds'),
    'shim-threads': of('shim-threads'),
  };
}

/** Judges what containerd and the shims keep. A cell without these readings, as those of older labs and of replicas, has no checks of them. */
export function judgeRuntime(dosed: Dosed, expected: RuntimeExpectation | undefined): RuntimeJudged {
  const counted = runtimeCounts.flatMap((metric) => {
    const verdict = verdictOn(dosed, metric);
    return verdict ? [{ ...verdict, metric }] : [];
  });
  const memory = runtimeMemory.flatMap((metric) => verdictOn(dosed, metric) ?? []);
  if (!expected) return { decided: [], checks: [], shown: [...counted, ...memory] };
  return {
    decided: counted,
    checks: counted.map((verdict) => slopeCheck(verdict, expected[verdict.metric])),
    shown: memory,
  };
}

/** The verdicts of leaks, which the line of a cell tells beside those of dockerd. */
export function leakingOf({ decided }: RuntimeJudged): SlopeVerdict[] {
  return decided.filter(({ verdict }) => verdict === 'leak');
}
