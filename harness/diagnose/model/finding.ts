import { z } from 'zod';
import { incompleteStatuses } from './bundle.ts';
import { factRecord } from './facts.ts';

/** The known problems that a host is looked at for, in the order of their harm. */
export const problems = [
  /** Containers whose network namespace dockerd has lost. */
  'lost-namespaces',
  /** Stats calls that never end. */
  'hanging-stats',
  /** Stats calls that are answered with zeroes. */
  'zeroed-stats',
  /** Connections that wait for a containerd that does not answer. */
  'stalled-collector',
  /** Attaches that dockerd keeps after their client has gone. */
  'attach-leak',
  /** Connections that pile up for another reason. */
  'piled-connections',
  /** Two containers with one address. */
  'duplicate-addresses',
  /** Sandboxes that a restart restored in part: no networks in stats, no DNS. */
  'partial-restore',
  /** Containers cannot start, as containerd does not see the mounts of dockerd. */
  'unseen-mounts',
  /** Slab caches of removed memory cgroups on CentOS 3.10. */
  'kmem-slab',
  /** Memory cgroups that are removed and stay in the kernel. */
  'dying-cgroups',
  /** Open files of dockerd near their limit. */
  'file-limit',
  /** Mounts of containers that cannot be removed. */
  'device-busy',
] as const;
export type Problem = (typeof problems)[number];

/** `exposed`: the conditions of the problem are there, and it has not happened. `unknown`: evidence is missing. */
export const findingStates = ['affected', 'exposed', 'unknown', 'not-affected'] as const;
export type FindingState = (typeof findingStates)[number];

/** Reasons why a rate cannot be told from the samples. */
const rateObstacles = [
  'one-sample',
  'daemon-restarted',
  'host-rebooted',
  /** The change is not more than chance and rounding make. */
  'too-short',
  'not-read',
] as const;

/** The quantities whose growth is told. */
export const rateMetrics = [
  'connections',
  'dockerd-fds',
  'dockerd-rss',
  'goroutines',
  'dying-cgroups',
  'slab-ids',
] as const;

/** The growth of a quantity between the first and the last sample. */
const rateRecord = z.discriminatedUnion('known', [
  z.strictObject({
    known: z.literal(true),
    metric: z.enum(rateMetrics),
    unit: z.string(),
    /** Seconds between first and last sample. */
    seconds: z.number(),
    /** Per hour; ends of an interval of 95 %. */
    perHour: z.number(),
    low: z.number(),
    high: z.number(),
    now: z.number(),
    /** The limit that it runs into, and hours until then at the two ends of the interval; absent where it does not grow. */
    limit: z
      .strictObject({ value: z.number(), soonestHours: z.number().optional(), latestHours: z.number().optional() })
      .optional(),
  }),
  z.strictObject({
    known: z.literal(false),
    metric: z.enum(rateMetrics),
    unit: z.string(),
    seconds: z.number(),
    because: z.enum(rateObstacles),
    now: z.number().optional(),
  }),
]);
export type Rate = z.infer<typeof rateRecord>;

/** Evidence that a finding would need. */
const missingRecord = z.strictObject({
  /** File of the bundle. */
  file: z.string(),
  because: z.enum([
    ...incompleteStatuses,
    /** Not in the bundle, e.g. as it is of a dump. */
    'not-taken',
    /** It is there, and not what it should be. */
    'not-readable',
    /** The collector ran in a container, which sees a part of the cgroups only. */
    'not-the-host',
    /** Opt-in: `--deep`. */
    'needs-deep',
    /** It was read, and what it says is not known to this version of the lab. */
    'not-measured',
  ]),
});
export type Missing = z.infer<typeof missingRecord>;

/** A process that causes a problem. */
const culpritRecord = z.strictObject({
  pid: z.int(),
  connections: z.int(),
  /** Of all connections, 0 to 1. */
  share: z.number(),
  command: z.string().optional(),
  user: z.int().optional(),
  /** Seconds since it started. */
  age: z.number().optional(),
  container: z.strictObject({ id: z.string(), name: z.string().optional() }).optional(),
  unit: z.string().optional(),
});
export type Culprit = z.infer<typeof culpritRecord>;

/** Everything that is advised. */
export const remedyNames = [
  'client-fixed',
  'flags-removed',
  'containers-restarted',
  'network-connect',
  'network-disconnect',
  'namespaces-mounted-again',
  'flags-removed+containers-restarted',
  'flags-removed+namespaces-mounted-again',
  'upgraded',
  'docker-upgraded',
  'containers-ended',
  'containerd-continued',
  'limit-raised',
  'may-detach-mounts',
  'disable-memory',
  'nokmem',
  'kernel-upgraded',
  'docker-without-accounting',
  'files-removed',
] as const;

/** Something to do, with what is known of its effect; undefined where it was not measured. */
const remedyRecord = z.strictObject({
  name: z.enum(remedyNames),
  /** `fully`: everything works again; `leak-only`: nothing grows any more, and what is lost stays lost. */
  heals: z.enum(['fully', 'leak-only', 'partly', 'no']).optional(),
  /** Whether the effect outlives the next restart of dockerd, or boot. */
  lasts: z.boolean().optional(),
  /** Codes of what it breaks. */
  breaks: z.array(
    z.enum(['containers-restart', 'memory-limits', 'host-reboots', 'daemon-restarts', 'stats-without-networks']),
  ),
  /** As a person would type them. */
  commands: z.array(z.string()),
  source: z.string(),
});
export type RemedyAdvice = z.infer<typeof remedyRecord>;

/** The conclusion about one known problem on one host. */
export const findingRecord = z.strictObject({
  problem: z.enum(problems),
  state: z.enum(findingStates),
  /** The problem that this one follows from, whose remedies are its own. */
  follows: z.enum(problems).optional(),
  facts: z.array(factRecord),
  missing: z.array(missingRecord),
  rates: z.array(rateRecord),
  culprits: z.array(culpritRecord),
  /** Best first. */
  remedies: z.array(remedyRecord),
  /** Words of the command of the lab that shows the problem. */
  reproduce: z.array(z.string()).optional(),
});
export type Finding = z.infer<typeof findingRecord>;
