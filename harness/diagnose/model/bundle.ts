import { z } from 'zod';

/** The version of the bundle's layout that this lab reads; collect.sh writes it. */
const bundleFormat = 1;

/** Results of reading an item of evidence on the host that leave something out (collect.sh, `take`). */
export const incompleteStatuses = [
  /** Longer than its limit of bytes: the beginning is there. */
  'cut',
  /** Took longer than its limit of time: what came until then is there. */
  'timeout',
  /** Not begun: the time of the collection was used up, or dockerd had not answered before. */
  'skipped',
  /** Only root can read it, and the collector ran without. */
  'needs-root',
  /** Only root and the group docker can read it. */
  'needs-docker',
  /** A program or file that it needs is not there. */
  'not-available',
] as const;

/** All results. `empty`: it was read, and there is nothing of the kind on this host. */
const itemStatuses = ['ok', 'empty', ...incompleteStatuses] as const;
export type ItemStatus = (typeof itemStatuses)[number];

/** A row of `contents.tsv`. */
export const itemRecord = z.strictObject({
  file: z.string(),
  status: z.enum(itemStatuses),
  bytes: z.int(),
  reader: z.enum(['any', 'docker', 'root']),
  what: z.string(),
});
export type Item = z.infer<typeof itemRecord>;

/** The file `bundle`: how the evidence was taken. */
export const bundleInfo = z.strictObject({
  format: z.literal(bundleFormat),
  /** Name of the host; `host-1` where it was redacted. */
  host: z.string(),
  /** UTC. */
  time: z.iso.datetime(),
  uid: z.int(),
  /** Seconds between samples, as they were asked for. */
  interval: z.int(),
  samples: z.int(),
  /** Clock ticks per second: the unit of a process's start. */
  ticks: z.int(),
  redacted: z.boolean(),
  deep: z.boolean(),
  /** Process of dockerd; undefined where none runs. */
  daemon: z.int().optional(),
  /** Process of containerd on the host; undefined where none runs. */
  containerd: z.int().optional(),
});
export type BundleInfo = z.infer<typeof bundleInfo>;

/** Something in a bundle that cannot be read as what it should be. */
export const bundleProblem = z.strictObject({
  file: z.string(),
  /** Counted from 1; absent where the file as a whole is wrong. */
  line: z.int().optional(),
  expected: z.string(),
  found: z.string(),
});
export type BundleProblem = z.infer<typeof bundleProblem>;

/** The files that the collector took, as text. */
export interface Bundle {
  info: BundleInfo;
  items: Item[];
  files: ReadonlyMap<string, string>;
  problems: BundleProblem[];
}
