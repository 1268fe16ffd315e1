import { buffer } from 'node:stream/consumers';
import type { Dockerd } from '../daemons/dockerd.ts';
import { get } from '../daemons/engine.ts';
import type { Machine } from '../machine/contract.ts';
import { limitOn } from '../machine/limit-on.ts';
import type { EmitEvent } from '../store/event.ts';

/** As much of a target as a profile is asked of. */
export interface Source {
  daemon: Pick<Dockerd, 'connect'>;
  /** Where it runs; a host when it is left out. */
  machine?: Pick<Machine, 'description'>;
  /** Takes an event of the cell: what happens to the daemon when it is read. */
  event?: EmitEvent;
}

/** Milliseconds for a profile, on a host: one of 4000 calls took 0.3 s. */
const profileLimit = 30_000;

/**
 * Fetches a page of the pprof handlers that a dockerd in debug mode serves (net/http/pprof: `debug=1` is text, `gc=1`
 * collects first, which becomes an event).
 *
 * @param page e.g. `heap?debug=1&gc=1`
 * @throws {Error} with the status and the beginning of the answer when it is not 200.
 */
export async function fetchPprof({ daemon, machine, event }: Source, page: string): Promise<Buffer> {
  const limit = machine ? limitOn(machine, profileLimit) : profileLimit;
  const response = await get(daemon.connect, `/debug/pprof/${page}`, AbortSignal.timeout(limit));
  const body = await buffer(response);
  if (response.statusCode !== 200) {
    throw new Error(`reading /debug/pprof/${page}: status ${response.statusCode}, ${body.toString().slice(0, 200)}`);
  }
  if (new URLSearchParams(page.split('?')[1]).get('gc') === '1') event?.({ code: 'garbage-collected', page });
  return body;
}
