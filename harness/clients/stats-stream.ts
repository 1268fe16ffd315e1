import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { get } from '../daemons/engine.ts';
import { messageOf } from '../core/errors.ts';
import type { StatsStream, StreamAnswer } from '../evidence/stats-streams.ts';
import { isZeroed } from './stats-frame.ts';
import type { TickCounter } from './tick-counter.ts';

/**
 * Streams a container's stats while the collector ticks `limit` times, and closes. So the container has a
 * subscriber for that long, and what the log says or does not say of it is a statement about as many ticks.
 */
export async function streamStats(
  connect: () => Duplex,
  container: { name: string; id: string },
  counter: TickCounter,
  limit: number,
): Promise<StatsStream> {
  const closing = new AbortController();
  const firstTick = counter.ticks;
  let frames = 0;
  let zeroedFrames = 0;
  const read = async () => {
    const response = await get(connect, `/containers/${container.id}/stats?stream=1`, closing.signal);
    if (response.statusCode !== 200)
      throw new Error(`status ${response.statusCode}: ${(await text(response)).slice(0, 200)}`);
    for await (const line of createInterface({ input: response })) {
      frames++;
      if (isZeroed(line)) zeroedFrames++;
    }
  };
  const reading = read().catch((error: unknown) => {
    if (!closing.signal.aborted)
      return new Error(`streaming the stats of ${container.name}: ${messageOf(error)}`, { cause: error });
    return undefined;
  });
  const ticking = counter.reached(firstTick + limit);
  try {
    // A stream that breaks is reported at once and not after the ticks; one that ends has no more frames, and that is all.
    const broken = await Promise.race([ticking, reading]);
    if (broken) throw broken;
    await ticking;
  } finally {
    closing.abort();
    await reading;
  }
  const ticks = counter.ticks - firstTick;
  return { container: container.name, answer: classify(frames, zeroedFrames), ticks, frames, zeroedFrames };
}

function classify(frames: number, zeroed: number): StreamAnswer {
  if (frames === 0) return 'silent';
  if (zeroed === 0) return 'values';
  return zeroed === frames ? 'zeroed' : 'mixed';
}
