import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const hostGateways = defineEvidence({
  kind: 'host-gateways',
  meaning:
    'The address of host.docker.internal in /etc/hosts of each container, made by --add-host host.docker.internal:host-gateway.',
  units: {},
  schema: z.array(
    z.strictObject({
      container: z.string(),
      /** Empty when /etc/hosts has no such name. */
      address: z.string(),
      /** Whether one ping from within the container's network namespace comes back. */
      reached: z.boolean(),
    }),
  ),
});
