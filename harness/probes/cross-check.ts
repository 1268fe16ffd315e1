import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { CrossCheck } from '../evidence/cross-checks.ts';
import { get } from '../daemons/engine.ts';
import type { Series } from '../evidence/series.ts';
import { limitOn } from '../machine/limit-on.ts';
import type { Source } from './pprof.ts';

/** The figures in `GET /info` when the daemon is in debug mode. */
const info = z.object({ NFd: z.int(), NGoroutines: z.int().optional() });

/** Milliseconds, on a host; 10 to 105 ms were measured. */
const infoLimit = 30_000;

/**
 * Asks `GET /info` what the probes have read. Not of a daemon whose containerd is stopped: from 20.10.5 to 28.5.2 all
 * let that call wait for containerd, too.
 *
 * @param series what the probes have read; its last points count
 */
export async function probeInfo({ daemon, machine }: Source, series: readonly Series[]): Promise<CrossCheck> {
  const limit = machine ? limitOn(machine, infoLimit) : infoLimit;
  const response = await get(daemon.connect, '/info', AbortSignal.timeout(limit));
  const { NFd, NGoroutines } = info.parse(await json(response));
  const last = (metric: string) => series.find((one) => one.metric === metric)?.points.at(-1);
  const valueOf = (point: ReturnType<typeof last>) => (point && 'value' in point ? point.value : undefined);
  return {
    dose: last('fds')?.dose ?? 0,
    said: countsOf(NFd, NGoroutines),
    probed: countsOf(valueOf(last('fds')), valueOf(last('goroutines'))),
  };
}

function countsOf(fds: number | undefined, goroutines: number | undefined): CrossCheck['said'] {
  return { ...(fds !== undefined && { fds }), ...(goroutines !== undefined && { goroutines }) };
}
