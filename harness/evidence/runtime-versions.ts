import { z } from 'zod';
import { defineEvidence } from './kind.ts';

const versions = z.strictObject({
  containerd: z.string().optional(),
  runc: z.string().optional(),
});
export type RuntimeVersions = z.infer<typeof versions>;

export const runtimeVersions = defineEvidence({
  kind: 'runtime-versions',
  meaning: 'The versions of containerd and runc as the daemon names them; absent where it does not, as before 18.06.',
  units: {},
  schema: versions,
});
