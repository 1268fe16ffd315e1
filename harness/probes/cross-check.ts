import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { get } from '../daemons/engine.ts';
import type { Series } from '../judge/sample.ts';
import type { Source } from './pprof.ts';

/** Descriptors and goroutines of a daemon, where they are known: a replica has no goroutines. */
const counts = z.strictObject({ fds: z.int().optional(), goroutines: z.int().optional() });

/** A daemon's own figures, beside the readings of the probes just before. */
export const crossCheck = z.strictObject({ dose: z.number(), said: counts, probed: counts });
export type CrossCheck = z.infer<typeof crossCheck>;

/** The figures in `GET /info` when the daemon is in debug mode. */
const info = z.object({ NFd: z.int(), NGoroutines: z.int().optional() });

/** Milliseconds, on a host; 10 to 105 ms were measured. */
const infoLimit = 30_000;

/** The request itself takes a connection, a few goroutines and the directory that is counted; more is a disagreement. */
const handful = 10;

/**
 * Asks `GET /info` what the probes have read. Not of a daemon whose containerd is stopped: from 20.10.5 to 28.5.2 all
 * let that call wait for containerd, too.
 *
 * @param series what the probes have read; its last points count
 */
export async function probeInfo({ daemon, machine }: Source, series: readonly Series[]): Promise<CrossCheck> {
  const { slowness = 1 } = machine?.description ?? {};
  const response = await get(daemon.connect, '/info', AbortSignal.timeout(infoLimit * slowness));
  const { NFd, NGoroutines } = info.parse(await json(response));
  const last = (metric: string) => series.find((one) => one.metric === metric)?.points.at(-1);
  const valueOf = (point: ReturnType<typeof last>) => (point && 'value' in point ? point.value : undefined);
  return {
    dose: last('fds')?.dose ?? 0,
    said: countsOf(NFd, NGoroutines),
    probed: countsOf(valueOf(last('fds')), valueOf(last('goroutines'))),
  };
}

/** A figure for every count in which the two are more than a handful apart. */
export function disagreements(checks: readonly CrossCheck[]): string[] {
  return checks.flatMap(({ dose, said, probed }) =>
    (['fds', 'goroutines'] as const).flatMap((what) => {
      const [one = Number.NaN, other = Number.NaN] = [said[what], probed[what]];
      if (!(Math.abs(one - other) > handful)) return [];
      return [`at dose ${dose} GET /info has ${one} ${what}, the probes read ${other}`];
    }),
  );
}

function countsOf(fds: number | undefined, goroutines: number | undefined): CrossCheck['said'] {
  return { ...(fds !== undefined && { fds }), ...(goroutines !== undefined && { goroutines }) };
}
