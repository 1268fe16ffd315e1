import { z } from 'zod';
import { defineEvidence } from './kind.ts';

const connections = z.strictObject({
  /** Their client has closed its end, and the daemon keeps its own. */
  gone: z.int(),
  /** No process that the lab can see has the other end. */
  unseen: z.int(),
});
export type NamelessConnections = z.infer<typeof connections>;

export const namelessConnections = defineEvidence({
  kind: 'nameless-connections',
  meaning: 'Connections of the daemon that no process can be named for.',
  units: { gone: 'connections', unseen: 'connections' },
  schema: connections,
});
