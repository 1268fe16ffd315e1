import { heldConnections } from './rule.ts';
import type { HostEvidence, Sample } from '../model/evidence.ts';
import type { Quantity } from '../model/rate.ts';

/** Connections to docker.sock in the network namespace of the host. */
export const connectionsQuantity: Quantity = {
  metric: 'connections',
  unit: 'connections',
  of: ({ connections }) => connections,
  // A client that asks in between adds and removes some.
  noise: 2,
  ofDaemon: true,
};

/** Open files of dockerd, with the limit that it runs into. */
export function descriptorsQuantity({ samples }: Pick<HostEvidence, 'samples'>): Quantity {
  return {
    metric: 'dockerd-fds',
    unit: 'files',
    of: ({ dockerdFds }) => dockerdFds?.total,
    // The collector's own calls of /info are among them.
    noise: 4,
    ofDaemon: true,
    limit: samples.at(-1)?.dockerd?.fileLimit,
  };
}

/** Memory of dockerd, with the memory of the host. */
export function residentQuantity({ samples }: Pick<HostEvidence, 'samples'>): Quantity {
  const available = samples.at(-1)?.memory?.['MemAvailable'];
  const resident = samples.at(-1)?.dockerd?.rssBytes;
  return {
    metric: 'dockerd-rss',
    unit: 'bytes',
    of: ({ dockerd }) => dockerd?.rssBytes,
    // A garbage collection returns and takes some MB.
    noise: 8 << 20,
    ofDaemon: true,
    ...(available !== undefined && resident !== undefined && { limit: resident + available }),
  };
}

/** Goroutines of dockerd. */
export const goroutinesQuantity: Quantity = {
  metric: 'goroutines',
  unit: 'goroutines',
  of: ({ info }) => info?.goroutines,
  noise: 6,
  ofDaemon: true,
};

/** The most memory cgroups that a kernel has, living and dying: MEM_CGROUP_ID_MAX of memcontrol.c. */
export const mostMemoryCgroups = 65_535;

/** Memory cgroups that are removed and not gone; undefined where the host's root was not seen. */
export function dyingOf({
  cgroups,
  cgroupStat,
  directories,
}: Sample): { dying: number; directories: number } | undefined {
  const memory = cgroups?.['memory'];
  const v1 = directories?.['memory'];
  if (memory?.enabled && v1 !== undefined) return { dying: Math.max(0, memory.count - v1), directories: v1 };
  const unified = directories?.['unified'];
  const dying = cgroupStat?.['nr_dying_subsys_memory'] ?? cgroupStat?.['nr_dying_descendants'];
  return dying === undefined || unified === undefined ? undefined : { dying, directories: unified };
}

/** Dying memory cgroups, with the ids that are left. */
export function dyingQuantity({ samples }: Pick<HostEvidence, 'samples'>): Quantity {
  const last = samples.at(-1);
  return {
    metric: 'dying-cgroups',
    unit: 'cgroups',
    of: (sample) => dyingOf(sample)?.dying,
    noise: 2,
    ofDaemon: false,
    limit: mostMemoryCgroups - ((last && dyingOf(last)?.directories) ?? 0),
  };
}

/** Memory cgroups with copies of slab caches. */
export const slabIdsQuantity: Quantity = {
  metric: 'slab-ids',
  unit: 'ids',
  of: ({ slabNames }) => slabNames?.ids,
  noise: 2,
  ofDaemon: false,
  limit: mostMemoryCgroups,
};

/** The connections that were listed, and those of other network namespaces. */
export function connectionsNow(evidence: HostEvidence): number | undefined {
  const listed = evidence.docker.callers;
  const counted = evidence.samples.at(-1)?.connections;
  return listed ? Math.max(heldConnections(listed), counted ?? 0) : counted;
}
