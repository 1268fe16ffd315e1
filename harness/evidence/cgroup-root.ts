import { z } from 'zod';
import { cgroupVersions } from './cgroup-version.ts';
import { defineEvidence } from './kind.ts';

const root = z.strictObject({ root: z.string(), version: cgroupVersions, memory: z.boolean() });

/** A hierarchy to make cgroups in, and whether memory is charged to them. */
export type CgroupRoot = z.infer<typeof root>;

export const cgroupRoot = defineEvidence({
  kind: 'cgroup-root',
  meaning: 'The hierarchy that cgroups were made in, and whether memory is charged to them.',
  units: { version: 'version of cgroups' },
  schema: root,
});
