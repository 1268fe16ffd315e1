import { z } from 'zod';

/** Units of work that a dose is counted in. */
const workUnit = z.enum(['calls', 'cgroups', 'containers', 'execs']);
export type WorkUnit = z.infer<typeof workUnit>;

function activityOf<C extends string, S extends z.core.$ZodLooseShape>(code: C, fields: S) {
  return z.strictObject({ activity: z.literal(code), ...fields });
}

const count = z.int().nonnegative();

/** An activity of a cell that takes time: the live view shows it, and its start is an event. */
export const activity = z.discriminatedUnion('activity', [
  /** For cells of other runs of this host to end. */
  activityOf('waiting-for-place', {}),
  activityOf('making-machine', {}),
  activityOf('ending-machine', {}),
  /** Kept for a person after it was judged, with `--keep`. */
  activityOf('kept', {}),
  /** `start` counts the starts of a cell from 1; absent in a cell with one start. */
  activityOf('starting-daemon', { start: count.optional() }),
  /** The one with a unit of its own. */
  activityOf('starting-containerd', {}),
  /** `restart` counts the restarts of a cell from 1; absent where they are not counted. */
  activityOf('stopping-daemon', { restart: count.optional() }),
  activityOf('waiting-for-containers', {}),
  activityOf('importing-image', {}),
  activityOf('starting-containers', { count }),
  activityOf('starting-container', { container: z.string() }),
  activityOf('reading-containers', {}),
  activityOf('reading-container', { container: z.string() }),
  activityOf('stopping-container', { container: z.string() }),
  activityOf('removing-container', { container: z.string() }),
  activityOf('reading-container-cgroup', {}),
  activityOf('reading-netns-files', {}),
  activityOf('reading-bridge', {}),
  /** Each of `containers` is asked, for at most `ticks` of the collector. */
  activityOf('asking-for-stats', { containers: count, ticks: count }),
  activityOf('starting-client', { client: z.string() }),
  /** Work before the first reading. */
  activityOf('warming-up', { count, unit: workUnit }),
  activityOf('reading-idle', { subject: z.enum(['daemon', 'kernel']) }),
  /** `dose` is the dose to come, in `unit`; `done` is how much of it was done before, where it is applied in parts. */
  activityOf('applying-dose', { dose: count, unit: workUnit, done: count.optional() }),
  activityOf('reading', { dose: count, unit: workUnit }),
  /** A client keeps its own schedule: seconds so far and in all, its calls, and descriptors of dockerd at each sample. */
  activityOf('soaking', { seconds: count, of: count, calls: count, fds: z.array(count) }),
  activityOf('reading-after-clients', {}),
  activityOf('taking-profile', {}),
  activityOf('waiting-for-collector', {}),
  activityOf('waiting-for-containerd', {}),
  activityOf('releasing-collector', {}),
  /** dockerd forgets ended execs from time to time. */
  activityOf('waiting-for-forgotten-execs', {}),
  activityOf('dropping-caches', {}),
  activityOf('removing-holders', {}),
  activityOf('reading-kernel-image', {}),
  activityOf('measuring-parameter', {}),
  /** `number` counts the collections of a cell from 1. */
  activityOf('collecting-evidence', { number: count }),
  activityOf('abandoning-attaches', { count }),
  /** `request` is what a comparison of two daemons does now, e.g. `GET /info`. */
  activityOf('comparing', { request: z.string() }),
]);
export type Activity = z.infer<typeof activity>;
