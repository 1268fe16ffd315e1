import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const vethCount = defineEvidence({
  kind: 'veth-count',
  meaning: 'Ends of veth pairs on the host that no running container belongs to.',
  units: 'interfaces',
  schema: z.int(),
});
