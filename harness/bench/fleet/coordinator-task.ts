import { z } from 'zod';

/** What a coordinator is to do. */
export const coordinatorTask = z.object({
  /** Of the fleet's Redis; left out, the cells run in the coordinator's own process. */
  url: z.string().optional(),
  cells: z.int(),
  /** Milliseconds that each cell waits. */
  wait: z.number(),
  /** Directory for its run. */
  results: z.string(),
});
export type CoordinatorTask = z.infer<typeof coordinatorTask>;

/** What it took. */
export const coordinatorFigures = z.object({
  /** Cells with a verdict. */
  ended: z.int(),
  seconds: z.number(),
  /** Of the coordinator alone, from the first cell to the last. */
  cpuSeconds: z.number(),
  /** Its resident memory after each tenth of the cells. */
  memory: z.array(z.object({ ended: z.int(), residentBytes: z.number() })),
  peakBytes: z.number(),
});
export type CoordinatorFigures = z.infer<typeof coordinatorFigures>;
