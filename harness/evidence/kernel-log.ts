import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const kernelLog = defineEvidence({
  kind: 'kernel-log',
  meaning: "The lines of the kernel's log that tell of memory and of boot parameters, oldest first.",
  units: {},
  schema: z.array(z.string()),
});
