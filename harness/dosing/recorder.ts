import type { ProbeCost } from '../evidence/reading-costs.ts';
import type { Series } from '../evidence/series.ts';
import type { Metric } from '../evidence/series.ts';
import type { Probe } from '../probes/probe.ts';

/** Reads a set of probes again and again, and keeps each metric as a series over the dose. */
export interface Recorder {
  /** Reads every probe once, at a dose; a probe that cannot read ends the cell. */
  read(dose: number): Promise<Record<string, number>>;
  /** The readings so far, one series per metric; without the optional ones that the subject has never had. */
  series(): Series[];
  /** The durations of the readings so far, by probe. */
  costs(): ProbeCost[];
}

/** A recorder for what one unit of dose is called, e.g. `call`. */
export function openRecorder<T>(probes: readonly Probe<T>[], target: T, per: string): Recorder {
  const metrics: Metric[] = probes.flatMap((probe) => [...probe.metrics]);
  const readings: { dose: number; values: Record<string, number> }[] = [];
  const costs = probes.map(({ name }): ProbeCost => ({ probe: name, milliseconds: [] }));
  return {
    async read(dose) {
      const values: Record<string, number> = {};
      // One after the other: a probe must not be read while another collects the daemon's garbage.
      for (const [index, probe] of probes.entries()) {
        const begin = performance.now();
        Object.assign(values, await probe.read(target));
        costs[index]?.milliseconds.push(performance.now() - begin);
      }
      readings.push({ dose, values });
      return values;
    },
    series: () =>
      metrics
        .filter(({ metric, optional }) => !optional || readings.some(({ values }) => values[metric] !== undefined))
        .map(({ metric, unit, granularity }) => ({
          metric,
          unit,
          per,
          granularity,
          points: readings.map(({ dose, values }) => pointOf(dose, values[metric])),
        })),
    costs: () => costs,
  };
}

function pointOf(dose: number, value: number | undefined): Series['points'][number] {
  return value === undefined ? { dose, missing: 'the probe gave no such value' } : { dose, value };
}
