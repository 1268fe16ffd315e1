import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const cgroupCount = defineEvidence({
  kind: 'cgroup-count',
  meaning: 'Memory cgroups that were made and removed.',
  units: 'cgroups',
  schema: z.int(),
});
