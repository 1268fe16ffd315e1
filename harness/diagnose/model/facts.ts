import { z } from 'zod';

/** The forms of text that people paste, and that are read. */
export const dumpKinds = [
  'goroutines',
  'heap-profile',
  'slabinfo',
  'slabtop',
  'proc-cgroups',
  'ss',
  'docker-info',
  'daemon-log',
  'kernel-log',
] as const;
export type DumpKind = (typeof dumpKinds)[number];

/** The facts that a finding rests on: one record for each kind. Only the report has words for them. */
export const factRecord = z.discriminatedUnion('fact', [
  /** Containers of docker whose network namespace is not mounted for dockerd. */
  z.strictObject({ fact: z.literal('namespaces-lost'), lost: z.int(), of: z.int() }),
  /** A file of dockerd's directory of namespaces that has no namespace mounted on it. */
  z.strictObject({ fact: z.literal('plain-namespace-file'), path: z.string(), magic: z.string() }),
  z.strictObject({
    fact: z.literal('mount-propagation'),
    kind: z.enum(['host', 'shared', 'slave', 'private']),
  }),
  z.strictObject({ fact: z.literal('mount-flags-configured'), value: z.string(), file: z.string() }),
  /** systemd has not read the changed unit yet. */
  z.strictObject({ fact: z.literal('daemon-reload-needed') }),
  z.strictObject({ fact: z.literal('live-restore'), on: z.boolean() }),
  z.strictObject({ fact: z.literal('docker-version'), version: z.string() }),
  z.strictObject({ fact: z.literal('no-docker') }),
  z.strictObject({ fact: z.literal('stats-answer'), answer: z.enum(['hangs', 'zeroed']), reference: z.string() }),
  z.strictObject({
    fact: z.literal('log-lines'),
    pattern: z.string(),
    count: z.int(),
    first: z.string(),
    last: z.string(),
    example: z.string(),
  }),
  z.strictObject({ fact: z.literal('connections'), held: z.int(), gone: z.int(), unseen: z.int() }),
  /** Ends of connections that dockerd keeps, whose client has closed its own. */
  z.strictObject({ fact: z.literal('abandoned-ends'), count: z.int() }),
  z.strictObject({ fact: z.literal('containerd-state'), state: z.string() }),
  z.strictObject({
    fact: z.literal('goroutines-at'),
    function: z.string(),
    count: z.int(),
    waitedMinutes: z.int().optional(),
  }),
  z.strictObject({ fact: z.literal('goroutines'), count: z.int() }),
  z.strictObject({ fact: z.literal('containerd-own-unit') }),
  z.strictObject({ fact: z.literal('shared-address'), address: z.string(), namespaces: z.int() }),
  z.strictObject({ fact: z.literal('kernel'), release: z.string() }),
  /** Memory cgroups with copies of slab caches, beside those that exist. */
  z.strictObject({ fact: z.literal('slab-ids'), ids: z.int(), directories: z.int(), copies: z.int() }),
  z.strictObject({ fact: z.literal('unreclaimable-slab'), bytes: z.number() }),
  z.strictObject({
    fact: z.literal('boot-parameter'),
    parameter: z.string(),
    state: z.enum(['absent', 'unknown-to-kernel', 'effective', 'present', 'configured-not-booted']),
    file: z.string().optional(),
  }),
  z.strictObject({ fact: z.literal('misspelt-parameter'), word: z.string(), meant: z.string() }),
  z.strictObject({
    fact: z.literal('dying-cgroups'),
    controller: z.string(),
    dying: z.int(),
    directories: z.int(),
  }),
  /** Estimated from the bytes of one on a kernel of that series with so many CPUs, as kmem-slab measured it. */
  z.strictObject({ fact: z.literal('cgroup-cost'), bytes: z.number(), each: z.number(), cpus: z.int() }),
  z.strictObject({ fact: z.literal('percpu-memory'), bytes: z.number() }),
  z.strictObject({ fact: z.literal('memcg-ids'), used: z.int(), of: z.int() }),
  z.strictObject({
    fact: z.literal('pinned-by'),
    holders: z.array(z.enum(['kernel-memory', 'page-cache', 'tmpfs'])),
    shmemBytes: z.number().optional(),
    cachedBytes: z.number().optional(),
  }),
  z.strictObject({ fact: z.literal('open-files'), open: z.int(), limit: z.int(), sockets: z.int().optional() }),
  z.strictObject({ fact: z.literal('detach-mounts'), allowed: z.boolean() }),
  /** The version has the fault, by what was measured. */
  z.strictObject({ fact: z.literal('version-has-fault'), version: z.string(), fixedIn: z.string().optional() }),
  z.strictObject({ fact: z.literal('version-has-fix'), version: z.string(), fixedIn: z.string() }),
  z.strictObject({ fact: z.literal('dump'), file: z.string(), kind: z.enum(dumpKinds), records: z.int() }),
  z.strictObject({ fact: z.literal('heap-at'), function: z.string(), bytes: z.number(), of: z.number() }),
  /** The old text form of a profile has addresses only: they mean nothing without the binary. */
  z.strictObject({ fact: z.literal('heap-without-symbols'), bytes: z.number() }),
  z.strictObject({ fact: z.literal('slab-cache'), name: z.string(), bytes: z.number() }),
  z.strictObject({ fact: z.literal('clock-changed'), seconds: z.number() }),
]);
export type Fact = z.infer<typeof factRecord>;
