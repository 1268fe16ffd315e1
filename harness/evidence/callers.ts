import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** A caller that holds connections to the daemon's socket: the row that leads an operator to the agent. */
const caller = z.strictObject({
  pid: z.int(),
  /** Its effective user id. */
  user: z.int(),
  command: z.string(),
  /** Seconds since the process began. */
  age: z.number(),
  connections: z.int(),
  /** The container whose cgroups it is in; absent for a process of the host. */
  container: z.strictObject({ id: z.string(), name: z.string().optional() }).optional(),
});
export type Caller = z.infer<typeof caller>;

export const callers = defineEvidence({
  kind: 'callers',
  meaning:
    "The processes at the other ends of the connections to the daemon's socket, those with most connections first.",
  units: { pid: 'process id', user: 'user id', age: 'seconds', connections: 'connections' },
  schema: z.array(caller),
});
