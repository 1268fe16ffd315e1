import { z } from 'zod';
import { report } from '../../harness/clients/engine/protocol.ts';
import { seriesRecord } from '../../harness/judge/sample.ts';
import { netnsState } from '../../harness/probes/netns-files.ts';
import { look } from './site.ts';

/** Observations of a cell of remedies, as they are stored. */
export const observations = z.strictObject({
  lost: look,
  /** Connections of the agent that waited before the remedy, and how many of them were left after it. */
  stuck: z.strictObject({ before: z.int(), after: z.int(), answered: z.int() }),
  /** Requests that the daemon refused. */
  refusals: z.array(z.string()),
  /** Seconds that the remedy took, and for which the daemon did not answer. */
  seconds: z.number(),
  outageSeconds: z.number(),
  remedied: look,
  series: z.array(seriesRecord),
  idle: z.array(seriesRecord),
  client: report,
  /** After one more restart of the daemon, as its unit says now; `fresh` is a container that was started after the remedy. */
  restarted: look,
  fresh: netnsState,
});

export type RemedyObservations = z.infer<typeof observations>;
