import { z } from 'zod';
import { statsCall } from '../../harness/clients/stats-call.ts';
import { statsStream } from '../../harness/clients/stats-stream.ts';
import { logLine } from '../../harness/probes/daemon-log.ts';
import { netnsFile } from '../../harness/probes/netns-files.ts';

const container = z.strictObject({
  name: z.string(),
  running: z.boolean(),
  /** Whether its process is still the one from before the restart. */
  sameProcess: z.boolean(),
  address: z.string(),
  recordedAddress: z.string(),
  reachesGateway: z.boolean(),
  /** Whether the daemon's bridge network still lists it. */
  endpointKnown: z.boolean(),
});

/** Observations of a cell of netns-restore, as they are stored. */
export const observations = z.strictObject({
  netnsFiles: z.array(netnsFile),
  restoreErrors: z.array(logLine),
  collectingStats: z.array(logLine),
  tickLimit: z.int(),
  stats: z.array(statsCall),
  streams: z.array(statsStream),
  containers: z.array(container),
  /** The container that was started last, and the other containers that hold the address it got. */
  next: z.strictObject({ address: z.string(), heldBy: z.array(z.string()) }),
});

export type NetnsRestoreObservations = z.infer<typeof observations>;
