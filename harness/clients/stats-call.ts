import type { Duplex } from 'node:stream';
import { get } from '../daemons/engine.ts';
import { messageOf } from '../core/errors.ts';
import type { StatsAnswer, StatsCall } from '../evidence/stats-call.ts';
import { hasNetworks, isZeroed } from './stats-frame.ts';
import type { TickCounter } from './tick-counter.ts';

/** Characters of a body that are kept as evidence. */
const excerptLength = 300;

/**
 * Asks for stats once, as `docker stats --no-stream` does, and watches the call until it is answered or the
 * collector has ticked `limit` times. The connection is closed in either case.
 */
export async function callStats(
  connect: () => Duplex,
  container: { name: string; id: string },
  counter: TickCounter,
  limit: number,
): Promise<StatsCall> {
  const closing = new AbortController();
  const begin = performance.now();
  const firstTick = counter.ticks;
  let body = '';
  let status: number | undefined;
  let failure: unknown;
  const call = async () => {
    try {
      const response = await get(connect, `/containers/${container.id}/stats?stream=0`, closing.signal);
      status = response.statusCode;
      response.setEncoding('utf8');
      for await (const text of response) body += String(text);
    } catch (error) {
      failure = error;
    }
    return true;
  };
  const answered = call();
  let ended: boolean;
  try {
    ended = await Promise.race([answered, counter.reached(firstTick + limit).then(() => false)]);
  } finally {
    closing.abort();
    await answered;
  }
  if (ended && failure) {
    throw new Error(`asking for the stats of ${container.name}: ${messageOf(failure)}`, { cause: failure });
  }
  const ticks = counter.ticks - firstTick;
  const seconds = Math.round(performance.now() - begin) / 1000;
  return {
    container: container.name,
    answer: ended ? classify(status, body) : 'hangs',
    ticks,
    seconds,
    ...(status !== undefined && { status }),
    bytes: Buffer.byteLength(body),
    excerpt: body.slice(0, excerptLength),
  };
}

/** Names the answer by its status and body. */
export function classify(status: number | undefined, body: string): Exclude<StatsAnswer, 'hangs'> {
  if (status !== 200) return 'refused';
  if (isZeroed(body)) return 'zeroed';
  return hasNetworks(body) ? 'values' : 'no-networks';
}
