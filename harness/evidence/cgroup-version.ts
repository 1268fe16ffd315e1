import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** Of the interface of cgroups: v1 or v2. */
export const cgroupVersions = z.union([z.literal(1), z.literal(2)]);

export const cgroupVersion = defineEvidence({
  kind: 'cgroup-version',
  meaning: 'The version of the hierarchy that cgroups were made in.',
  units: 'version of cgroups',
  schema: cgroupVersions,
});
