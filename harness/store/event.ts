import { z } from 'zod';
import { shares } from '../core/outcome.ts';
import { activity } from './activity.ts';

/** The fields that the lab adds to each event. */
const stamp = {
  /** Version of the line; lines of version 1 had no number (event-schema-1.ts). */
  schema: z.literal(2),
  /** Milliseconds since the cell began. */
  at: z.number(),
  time: z.iso.datetime(),
};

function eventOf<C extends string, S extends z.core.$ZodLooseShape>(code: C, fields: S) {
  return z.strictObject({ ...stamp, code: z.literal(code), ...fields });
}

const count = z.int().nonnegative();
const pid = z.int();
const seconds = z.number().nonnegative();

/** Metric → its value, in the metric's unit. */
const values = z.record(z.string(), z.number());

/** The counts of a client: `open` calls wait; `ended` ones the daemon has closed without an answer; `failures` by name of error. */
const tally = z.object({
  sent: count,
  open: count,
  answered: count,
  givenUp: count,
  ended: count,
  bytes: count,
  failures: z.record(z.string(), count),
  /** Seconds that the last order to the client took. */
  seconds,
  /** The longest that the event loop of the client did not turn, in milliseconds. */
  longestTurn: z.number().optional(),
  /** Resident bytes of the client. */
  rss: count,
});

/** A process that holds connections to the daemon's socket. */
const caller = z.object({
  pid,
  /** Its effective user id. */
  user: z.int(),
  command: z.string(),
  /** Seconds since the process began. */
  age: z.number(),
  connections: count,
  container: z.object({ id: z.string(), name: z.string().optional() }).optional(),
});

const containerFacts = z.object({
  name: z.string(),
  running: z.boolean(),
  /** 0 when it does not run. */
  pid,
  netnsPath: z.string(),
  /** IPv4 address in the daemon's records; empty when there is none. */
  recordedAddress: z.string(),
  /** IPv4 address of its interface; empty when there is none. */
  address: z.string(),
  reachesGateway: z.boolean(),
});

const netnsFile = z.object({
  path: z.string(),
  /** The file system's magic number in hex. */
  magic: z.string(),
  state: z.enum(['nsfs', 'lost', 'gone']),
});

/** One stats call or stream of a container; `answer` is a code of stats-call.ts or stats-stream.ts. */
const answer = z.object({ container: z.string(), answer: z.string(), ticks: count });

/** A line of `events.ndjson`: something that happened in a cell. */
export const eventRecord = z.discriminatedUnion('code', [
  /** An activity begins; its time counts for `share`. */
  eventOf('activity', { share: z.enum(shares), doing: activity }),
  /** The machine of the cell is there. `uname` is the output of `uname -a`, `enter` the command that lets a person in. */
  eventOf('machine', {
    enter: z.string(),
    uname: z.string(),
    description: z.object({
      kind: z.string(),
      machine: z.string(),
      kernel: z.string(),
      kernelCommandLine: z.string(),
      cgroupVersion: z.union([z.literal(1), z.literal(2)]),
      cpus: count,
      memoryBytes: count,
      limits: z.array(z.string()),
      slowness: z.number().optional(),
    }),
  }),
  /** A boot failed: attempt `attempt` of at most `of`. */
  eventOf('boot-failed', { attempt: count, of: count, message: z.string() }),
  /** Lines of programs that make a machine. */
  eventOf('download', { text: z.string() }),
  eventOf('vagrant', { text: z.string() }),
  /** A box could not be cleaned up after a cell, and boots again before the next one. */
  eventOf('box-spoilt', { message: z.string() }),
  /** The docker of a box: the output of `dockerd --version`, and the digest of its file. */
  eventOf('box-docker', { version: z.string(), sha256: z.string() }),
  /** dockerd answers on its socket. `start` counts the starts of a cell from 1; absent in a cell with one start. */
  eventOf('daemon-answers', {
    start: count.optional(),
    pid,
    command: z.string(),
    /** Set where the unit of the daemon changes within the cell. */
    unit: z.object({ mountFlags: z.string(), build: z.enum(['installed', 'companion']) }).optional(),
  }),
  /** The containerd with a unit of its own listens on its socket. */
  eventOf('containerd-listens', { pid, command: z.string() }),
  eventOf('daemon-stopped', { seconds, signal: z.enum(['SIGTERM', 'SIGKILL']) }),
  /** The daemon collected garbage because the lab asked it to, with this page of pprof. Its own collections are not recorded. */
  eventOf('garbage-collected', { page: z.string() }),
  eventOf('containers-read', { after: z.enum(['first-start', 'last-start']), containers: z.array(containerFacts) }),
  eventOf('container-started', { container: z.string(), address: z.string() }),
  /** The daemon, at its start `daemonStart` from 1, was asked to start a container, or to restart it; `status` is of HTTP, 204 when it has. */
  eventOf('container-start-answered', {
    container: z.string(),
    daemonStart: count,
    request: z.literal('restart').optional(),
    status: z.int(),
    message: z.string(),
  }),
  eventOf('container-removed', { status: z.int(), message: z.string() }),
  /** The mounts of a container in the mount namespace of another process; `state` is the container's in the daemon's records. */
  eventOf('mounts-copied', { pid: pid.optional(), copied: z.array(z.string()) }),
  eventOf('mounts-left', { state: z.string().optional(), left: z.array(z.string()) }),
  eventOf('netns-files', { files: z.array(netnsFile) }),
  eventOf('stats-answered', { calls: z.array(answer), streams: z.array(answer) }),
  /** The containers of a site, as one look saw them. */
  eventOf('site-read', {
    calls: z.array(answer),
    files: z.array(netnsFile),
    containers: z.array(
      z.object({
        name: z.string(),
        running: z.boolean(),
        sameProcess: z.boolean(),
        address: z.string(),
        sharesAddress: z.boolean(),
        reachesGateway: z.boolean(),
      }),
    ),
    strayVeths: z.int(),
  }),
  /** A client begins; `client` is the name of its behaviour. */
  eventOf('client-started', { client: z.string(), pid, collector: z.enum(['healthy', 'stalled']) }),
  /** A reading without work, at each dose of the schedule. */
  eventOf('idle-reading', { values }),
  /** A reading after `dose` units of work. */
  eventOf('reading', { dose: count, values }),
  /** The doses so far do not decide; the next one is `next` units. */
  eventOf('undecided', { next: count }),
  /** All doses are applied. */
  eventOf('dosed', {
    tally,
    callers: z.array(caller),
    /** Connections whose client has closed its end, and those of processes that the lab cannot see. */
    nameless: z.object({ gone: count, unseen: count }),
  }),
  /** The clients have closed their connections; `releaseSeconds` from the release of the collector to the last answer. */
  eventOf('clients-closed', { tally, releaseSeconds: seconds.optional() }),
  /** Calls hang, before a remedy. */
  eventOf('calls-stuck', { tally }),
  /** A remedy is applied; the daemon did not answer for `outageSeconds` of its `seconds`. */
  eventOf('remedy-applied', {
    remedy: z.string(),
    refusals: z.array(z.string()),
    seconds,
    outageSeconds: seconds,
  }),
  /** The hierarchy that cgroups are made in. */
  eventOf('cgroup-root', { version: z.union([z.literal(1), z.literal(2)]), root: z.string(), memory: z.boolean() }),
  /** Whether kernel memory is charged to a cgroup, and its limits in bytes. */
  eventOf('kmem-accounting', {
    state: z.enum(['on', 'off', 'absent']),
    chargedBytes: z.number().optional(),
    limitBytes: z.number().optional(),
    memoryLimitBytes: z.number().optional(),
  }),
  eventOf('failed', { message: z.string() }),
  eventOf('interrupted', { message: z.string() }),
]);
export type EventRecord = z.infer<typeof eventRecord>;

type WithoutStamp<E> = E extends EventRecord ? Omit<E, keyof typeof stamp> : never;

/** An event as the code that sees it gives it: one that is misspelt, or lacks a field, does not compile. */
export type CellEvent = WithoutStamp<EventRecord>;

/** Takes an event of a cell at the moment that it happens. */
export type EmitEvent = (event: CellEvent) => void;

/**
 * The line of an event that happens now.
 *
 * @param at milliseconds since the cell began
 * @throws {z.ZodError} for a value that cannot be stored, e.g. NaN
 */
export function stampEvent(event: CellEvent, at: number): EventRecord {
  return eventRecord.parse({ schema: 2, at, time: new Date().toISOString(), ...event });
}
