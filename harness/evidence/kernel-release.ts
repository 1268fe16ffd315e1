import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const kernelRelease = defineEvidence({
  kind: 'kernel-release',
  meaning: 'The release of the kernel, as `uname -r` gives it.',
  units: {},
  schema: z.string(),
});
