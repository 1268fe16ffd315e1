import type { Series } from './sample.ts';

/**
 * The smallest step of each metric, in its unit. The probe gives the step of a metric that is not listed here; 1 for
 * all counts.
 */
export const granularities = {
  /** Counted one by one: /proc/PID/fd, GET /info NFd. */
  fds: 1,
  /** Counted one by one: pprof/goroutine, GET /info NGoroutines. */
  goroutines: 1,
  /**
   * Bytes. The largest size class of Go's allocator (runtime/sizeclasses.go, the same since Go 1.0): a pool, map or buffer that
   * grows once adds one object of any class. Clean runs of dockerd 1.12.6 to 18.09.0 grew by up to 101,440 bytes over 7,000
   * calls in this way, with no file descriptor and no goroutine more; with the smallest class one of them was accused.
   */
  heapAlloc: 32_768,
  /** Bytes. Spans are whole pages of the Go runtime, 8 KiB (runtime/sizeclasses.go, _PageSize). */
  heapInuse: 8192,
  /** Bytes. Stacks are taken from spans of whole Go pages, too. */
  stacks: 8192,
  /** Bytes. The kernel counts resident memory in pages (x86-64: 4 KiB). */
  rss: 4096,
  /** Bytes. A slab is at least one page; /proc/meminfo counts SUnreclaim in pages. */
  slab: 4096,
} as const;

/** Metrics that older runs recorded with a smaller step than they have. */
const leastSteps: Readonly<Record<string, number>> = {
  'heap-alloc': granularities.heapAlloc,
  'heap-alloc-before-gc': granularities.heapAlloc,
};

/** A series with the step that its metric is known to have, so that an old run is judged as a new one. */
export function withKnownStep(series: Series): Series {
  return { ...series, granularity: Math.max(series.granularity, leastSteps[series.metric] ?? 0) };
}
