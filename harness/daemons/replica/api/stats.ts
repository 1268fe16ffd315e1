import { zeroTime } from '../clock.ts';
import type { Daemon } from '../daemon.ts';
import type { Call, Route } from '../http/router.ts';
import { encode } from '../json.ts';
import { isRunning } from '../record.ts';
import { emptyCpu, emptyFrame } from '../stats-frame.ts';

/** The route that hangs. */
export function statsRoutes(daemon: Daemon): Route[] {
  return [{ method: 'GET', path: '/containers/{name:.*}/stats', handle: (call) => stats(daemon, call) }];
}

/**
 * As daemon/stats.go of 1.13.1: a stream sends its head at once and then every frame; a single call sends nothing until
 * the second frame is there, and has no end of its own while there is none.
 */
async function stats({ containers, collector }: Daemon, { name, query, response, onGone }: Call): Promise<void> {
  const isStream = boolOr(query.get('stream'), true);
  const container = containers.find(name);
  if (!isStream) response.headers.set('Content-Type', 'application/json');
  if (!isRunning(container) && !isStream) {
    await response.json(emptyFrame());
    return;
  }
  if (isStream) await response.flush();
  const channel = collector.subscribe(container.id);
  onGone(() => collector.unsubscribe(container.id, channel));
  let before = { cpu: emptyCpu(), read: zeroTime };
  for (let frames = 1; ; frames++) {
    const frame = await channel.receive();
    if (!frame) break;
    const { networks, ...read } = frame;
    const own = { preread: before.read, precpu_stats: before.cpu, name: `/${container.name}`, id: container.id };
    // The networks come last.
    const text = encode({ ...read, ...own, ...(networks && { networks }) });
    before = { cpu: frame.cpu_stats, read: frame.read };
    // The first frame of a single call only primes the CPU's counters.
    if (!isStream && frames === 1) continue;
    if (!(await (isStream ? response.write(text) : response.end(text))) || !isStream) break;
  }
  collector.unsubscribe(container.id, channel);
}

/** Go's httputils.BoolValueOrDefault. */
function boolOr(value: string | null, otherwise: boolean): boolean {
  if (value === null) return otherwise;
  return !['', '0', 'no', 'false', 'none'].includes(value.trim().toLowerCase());
}
