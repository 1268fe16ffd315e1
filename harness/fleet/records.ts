import { z } from 'zod';
import { activity } from '../store/activity.ts';
import { runRecord } from '../store/schema.ts';

/** Version of what is written into Redis. A reader refuses others. */
const schema = z.literal(1);
const when = z.iso.datetime();

/** Bytes of a text of the network that is taken as a record; one of a host with many cells has some 20 kB. */
const mostRecordBytes = 256 << 10;

/** Names that become parts of keys, file names and addresses. */
export const plainName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);

/** Identity of a lab: two with the same one run the same code. */
const labIdentity = runRecord.shape.lab.pick({ version: true, revision: true });
export type LabIdentity = z.infer<typeof labIdentity>;

const hostMachine = runRecord.shape.machine;

/** What a cell asks of its host. */
const needsRecord = z.strictObject({
  /** The kind of machine. */
  machine: z.string(),
  /** Of the cell. */
  memoryBytes: z.int().positive(),
  /** Abilities of the host beyond those of every one with this kind of machine. */
  abilities: z.array(z.enum(['cgroup-1', 'oom-scores'])),
  /** Names of the catalogue: a host that has them cached is preferred. */
  daemon: z.string().optional(),
  kernel: z.string().optional(),
});
export type Needs = z.infer<typeof needsRecord>;

/** An entry of `queues`: the cells in this queue are of one session, and all have the same needs. */
export const queueRecord = z.strictObject({ schema, session: plainName, lab: labIdentity, needs: needsRecord });

/** A job: one try of a cell. Below 4 kB, and nothing secret in it. */
export const tryRecord = z.strictObject({
  schema,
  session: plainName,
  scenario: z.string(),
  cell: z.record(z.string(), z.string()),
  number: z.int().positive(),
  machine: z.string(),
  daemon: z.string().optional(),
  kernel: z.string().optional(),
  sizes: z.record(z.string(), z.number()).optional(),
});
export type TryRecord = z.infer<typeof tryRecord>;

/** The value that a job is completed with. */
export const resultRecord = z.strictObject({
  schema,
  host: plainName,
  attempt: z.int().positive(),
  /** Of the archive of the cell's directory. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ResultRecord = z.infer<typeof resultRecord>;

/** `session:ID`: a coordinator. It lives as long as `alive:ID` is there; what is left of it goes with this record. */
export const sessionRecord = z.strictObject({
  schema,
  id: plainName,
  lab: labIdentity,
  /** Of the coordinator. */
  host: z.string(),
  startedAt: when,
  beatAt: when,
  /** Where results are handed over. */
  address: z.url({ protocol: /^http$/ }),
  /** The bucket that archives go through, where that is not the address. */
  bucket: z.strictObject({ endpoint: z.url({ protocol: /^https?$/ }), region: z.string() }).optional(),
  /** Signs what is handed over, in hex. It is in Redis alone, and goes with the session. */
  key: z.string().regex(/^[0-9a-f]{64}$/),
  cancelled: z.boolean(),
  cells: z.strictObject({ all: z.int(), ended: z.int() }),
});
export type SessionRecord = z.infer<typeof sessionRecord>;

/** A reading of a host's health. */
const canaryRecord = z.strictObject({
  at: when,
  good: z.boolean(),
  /** A line for each check, as `planted leak: found`. */
  checks: z.array(z.strictObject({ check: z.string(), good: z.boolean(), found: z.string() })),
});
export type CanaryRecord = z.infer<typeof canaryRecord>;

/** `host:NAME`: a worker that lives, and what its host can run. */
export const hostRecord = z.strictObject({
  schema,
  name: plainName,
  /** Tells two workers apart that were given one name. */
  instance: z.string(),
  lab: labIdentity,
  since: when,
  beatAt: when,
  state: z.enum(['checking', 'ready', 'draining', 'failed']),
  cpus: z.int().positive(),
  memoryBytes: z.int().positive(),
  /** The kinds of machine: what is missing, or what they are here. */
  machines: z.array(
    z.strictObject({
      kind: z.string(),
      missing: z.array(z.strictObject({ what: z.string(), found: z.string() })),
      description: hostMachine.optional(),
    }),
  ),
  cached: z.strictObject({ daemons: z.array(z.string()), kernels: z.array(z.string()) }),
  running: z.array(
    z.strictObject({ job: z.string(), session: plainName, attempt: z.int().positive(), doing: activity.optional() }),
  ),
  canary: canaryRecord.optional(),
});
export type HostRecord = z.infer<typeof hostRecord>;

/** What a child hands to its worker beside the directory of the cell. */
export const childResult = z.strictObject({
  builds: runRecord.shape.builds,
  kernels: runRecord.shape.kernels.unwrap(),
  machine: hostMachine,
});
export type ChildResult = z.infer<typeof childResult>;

/**
 * Reads a record that came over the network.
 *
 * @returns undefined for what is no such record
 */
export function readRecord<T>(text: string | null | undefined, record: z.ZodType<T>): T | undefined {
  if (!text || text.length > mostRecordBytes) return undefined;
  try {
    return record.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
