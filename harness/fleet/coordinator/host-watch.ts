import type { Redis } from 'ioredis';
import { every } from '../every.ts';
import { readHosts } from '../hosts.ts';
import { isSameLab } from '../keys.ts';
import type { HostRecord, LabIdentity } from '../records.ts';
import type { FleetTimes } from '../times.ts';

/** Called with what becomes of the hosts of a fleet. */
export interface HostEvents {
  joined: (host: HostRecord) => void;
  gone: (name: string) => void;
  /** Each new record of a host. */
  seen: (host: HostRecord) => void;
}

/**
 * Keeps a map of the hosts with a heartbeat that run the same lab, by name. The first look is over when it resolves.
 *
 * @param hosts the map, empty
 */
export async function watchHosts(
  redis: Redis,
  hosts: Map<string, HostRecord>,
  lab: LabIdentity,
  times: FleetTimes,
  events: HostEvents,
): Promise<Disposable> {
  const look = async () => {
    const found = (await readHosts(redis)).filter((host) => isSameLab(host.lab, lab));
    for (const name of hosts.keys()) {
      if (found.some((host) => host.name === name)) continue;
      hosts.delete(name);
      events.gone(name);
    }
    for (const host of found) {
      const known = hosts.get(host.name);
      hosts.set(host.name, host);
      if (known?.instance !== host.instance) events.joined(host);
      if (known?.beatAt !== host.beatAt) events.seen(host);
    }
  };
  await look();
  return every(times.poll, look);
}
