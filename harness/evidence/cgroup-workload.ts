import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const cgroupWorkload = defineEvidence({
  kind: 'cgroup-workload',
  meaning: "The workload of each cgroup's process.",
  units: {},
  schema: z.enum(['page-cache', 'files-kept']),
});
