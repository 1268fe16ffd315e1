import type { HostEvidence, Sample } from './evidence.ts';
import type { Rate } from './finding.ts';

/** A quantity of the samples whose growth is asked for. */
export interface Quantity {
  metric: Rate['metric'];
  unit: string;
  of: (sample: Sample) => number | undefined;
  /** The change that rounding and chance make between two samples, in `unit`, beside the root of a count. */
  noise: number;
  /** Whether it begins anew with dockerd. */
  ofDaemon: boolean;
  /** The limit that it runs into. */
  limit?: number | undefined;
}

/** Two-sided 95 % of a normal distribution. */
const z95 = 1.96;

/**
 * The growth of a quantity. A count that came by chance varies by its root (Poisson); with two samples nothing more is known of its
 * noise, so the interval has that and the quantity's own.
 */
export function rateOf({ samples }: Pick<HostEvidence, 'samples'>, quantity: Quantity): Rate {
  const { metric, unit, of, noise, ofDaemon, limit } = quantity;
  const [first, last] = [samples[0], samples.at(-1)];
  const now = last && of(last);
  const seconds = first && last ? last.uptime - first.uptime : 0;
  const cannot = (because: Extract<Rate, { known: false }>['because']): Rate => ({
    known: false,
    metric,
    unit,
    seconds: Math.max(0, seconds),
    because,
    ...(now !== undefined && { now }),
  });
  if (!first || !last || now === undefined) return cannot('not-read');
  const before = of(first);
  if (samples.length < 2 || first === last) return cannot('one-sample');
  if (seconds <= 0) return cannot('host-rebooted');
  if (ofDaemon && restarted(samples)) return cannot('daemon-restarted');
  if (before === undefined) return cannot('not-read');
  const change = now - before;
  const error = z95 * Math.sqrt(Math.abs(change)) + noise;
  if (change !== 0 && Math.abs(change) <= error) return cannot('too-short');
  const perHour = (amount: number) => (amount / seconds) * 3600;
  const [low, high] = [perHour(change - error), perHour(change + error)];
  const until = (rate: number) => (limit === undefined || rate <= 0 ? undefined : Math.max(0, limit - now) / rate);
  const [soonest, latest] = [until(high), until(low)];
  return {
    known: true,
    metric,
    unit,
    seconds,
    perHour: perHour(change),
    low,
    high,
    now,
    ...(limit !== undefined && {
      limit: {
        value: limit,
        ...(change > 0 && soonest !== undefined && { soonestHours: soonest }),
        ...(change > 0 && latest !== undefined && { latestHours: latest }),
      },
    }),
  };
}

/** Whether dockerd has another process, or another start, in a later sample. */
function restarted(samples: readonly Sample[]): boolean {
  return new Set(samples.flatMap(({ dockerd }) => dockerd?.start ?? [])).size > 1;
}

/** Whether a rate is known to be above zero. */
export function grows(rate: Rate): boolean {
  return rate.known && rate.low > 0;
}
