import { z } from 'zod';
import { defineEvidence } from './kind.ts';

const container = z.strictObject({
  name: z.string(),
  running: z.boolean(),
  /** Whether its process is still the one from before the daemon lost its namespace. */
  sameProcess: z.boolean(),
  address: z.string(),
  /** Whether the daemon has also given its address to another container. */
  sharesAddress: z.boolean(),
  reachesGateway: z.boolean(),
});

export const remediedContainers = defineEvidence({
  kind: 'remedied-containers',
  meaning: 'The containers of a host that has lost network namespaces, at one moment.',
  units: {},
  schema: z.array(container),
});
