import { setTimeout as sleep } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import { get } from '../daemons/engine.ts';

/** Milliseconds between two pings, and until one counts as unanswered. */
const interval = 50;
const pingLimit = 2000;

/** Pings a daemon while something is done to it. */
export interface OutageWatch {
  /** Ends the watch; seconds from the first ping without an answer to the next one with one, all added up. */
  end(): Promise<number>;
}

/** Starts to ping the daemon behind a stream; a restart of it is seen as an outage. */
export function watchOutage(connect: () => Duplex): OutageWatch {
  let over = false;
  let down = 0;
  const watch = async () => {
    let since: number | undefined;
    while (!over || since !== undefined) {
      if (await answers(connect)) {
        if (since !== undefined) down += performance.now() - since;
        since = undefined;
      } else since ??= performance.now();
      await sleep(interval);
    }
  };
  const watching = watch();
  return {
    async end() {
      over = true;
      await watching;
      return down / 1000;
    },
  };
}

async function answers(connect: () => Duplex): Promise<boolean> {
  try {
    const { statusCode, ...response } = await get(connect, '/_ping', AbortSignal.timeout(pingLimit));
    void response;
    return statusCode === 200;
  } catch {
    // Not answering is what is being looked for.
    return false;
  }
}
