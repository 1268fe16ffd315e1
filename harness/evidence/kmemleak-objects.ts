import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const kmemleakObjects = defineEvidence({
  kind: 'kmemleak-objects',
  meaning: 'Objects of the kernel that nothing refers to, as kmemleak finds them.',
  units: 'objects',
  schema: z.int(),
});
