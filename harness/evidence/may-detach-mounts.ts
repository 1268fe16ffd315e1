import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const mayDetachMounts = defineEvidence({
  kind: 'may-detach-mounts',
  meaning: 'The value of `fs.may_detach_mounts`, which only kernels of RHEL 7.4 and later have.',
  units: {},
  schema: z.string(),
});
