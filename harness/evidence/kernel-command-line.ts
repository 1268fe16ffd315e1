import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const kernelCommandLine = defineEvidence({
  kind: 'kernel-command-line',
  meaning: 'The content of `/proc/cmdline`; a kernel lists any word there.',
  units: {},
  schema: z.string(),
});
