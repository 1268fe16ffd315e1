import { z } from 'zod';
import { defineEvidence } from './kind.ts';

const container = z.strictObject({
  name: z.string(),
  running: z.boolean(),
  /** Whether its process is still the one from before the restart. */
  sameProcess: z.boolean(),
  /** The one that its interface has; empty when it has none. */
  address: z.string(),
  /** The one that the daemon gives. */
  recordedAddress: z.string(),
  reachesGateway: z.boolean(),
  /** Whether the daemon's bridge network still lists it. */
  endpointKnown: z.boolean(),
});

export const restoredContainers = defineEvidence({
  kind: 'restored-containers',
  meaning: 'The containers after the last start of the daemon, and what it knows of their networks.',
  units: {},
  schema: z.array(container),
});
