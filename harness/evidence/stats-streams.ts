import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** The result of a stats stream: frames `values`, frames `zeroed`, some of both `mixed`, or none at all, `silent`. */
const streamAnswers = ['values', 'zeroed', 'mixed', 'silent'] as const;
export type StreamAnswer = (typeof streamAnswers)[number];

/** One stats stream, as observed for a number of ticks. */
const statsStream = z.strictObject({
  container: z.string(),
  answer: z.enum(streamAnswers),
  ticks: z.int().nonnegative(),
  frames: z.int().nonnegative(),
  zeroedFrames: z.int().nonnegative(),
});
export type StatsStream = z.infer<typeof statsStream>;

export const statsStreams = defineEvidence({
  kind: 'stats-streams',
  meaning: 'One stats stream of each container, for a number of ticks of the collector.',
  units: { ticks: 'ticks of the collector', frames: 'frames', zeroedFrames: 'frames' },
  schema: z.array(statsStream),
});
