import { runtimeCounts } from '../common/runtime/metrics.ts';

/** The counts that decide: each repeats from run to run. */
export const counts = ['fds', 'goroutines', 'threads', ...runtimeCounts] as const;
export type CountMetric = (typeof counts)[number];

/**
 * The memory that decides. Of a shim, pages of no file, which no other process changes: its PSS falls when another cell maps the same files (from 22
 * to 13 MB, measured), and its RSS holds those files' pages. Of containerd, the heap after a collection, which its debug socket serves: it is 6 KB wide.
 */
export const memories = ['shim-anonymous', 'containerd-heap-alloc'] as const;
export type MemoryMetric = (typeof memories)[number];

/** Shown beside them, and never deciding: dockerd keeps ended execs for minutes, and the rest has the pages of files. */
export const shown = [
  'heap-alloc',
  'rss',
  'pss',
  'containerd-anonymous',
  'containerd-rss',
  'containerd-pss',
  'shim-rss',
  'shim-pss',
] as const;
