import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const ipv6Addresses = defineEvidence({
  kind: 'ipv6-addresses',
  meaning: 'The global IPv6 address of each container, by its interface and by the records of the daemon.',
  units: {},
  schema: z.array(
    z.strictObject({
      container: z.string(),
      /** The one that its interface has; empty when it has none. */
      address: z.string(),
      /** The one that the daemon gives; empty when it forgot it. */
      recordedAddress: z.string(),
    }),
  ),
});
