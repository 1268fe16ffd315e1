import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const nextAddress = defineEvidence({
  kind: 'next-address',
  meaning: 'The address of the container that was started last, and the other containers that hold it.',
  units: {},
  schema: z.strictObject({ address: z.string(), heldBy: z.array(z.string()) }),
});
