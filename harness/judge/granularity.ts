import type { Series } from '../evidence/series.ts';

/**
 * The smallest step of each metric, in its unit. The probe gives the step of a metric that is not listed here; 1 for
 * all counts.
 */
export const granularities = {
  /** Counted one by one: /proc/PID/fd, GET /info NFd. */
  fds: 1,
  /**
   * Descriptors of containerd and its shims. They close those of an ended exec one after the other, after dockerd has been told of its end: a clean
   * shim had 24 to 27 at its readings over 1,300 execs (containerd 1.7.24).
   */
  runtimeFds: 4,
  /**
   * Threads of containerd and its shims. Go starts one for each goroutine in a system call that blocks, and keeps it: a clean shim came from 10 to
   * 13 within its first 300 execs, and stayed there (containerd 1.6.20 and 1.7.24).
   */
  runtimeThreads: 4,
  /** Counted one by one: pprof/goroutine, GET /info NGoroutines. */
  goroutines: 1,
  /**
   * Goroutines of containerd. The connection by which its heap was read has two until containerd has seen its end: a clean containerd had 33 or 35
   * from reading to reading (containerd 1.6.20, 1.7.24 and 2.1.9), and with a step of 1 two of 32 clean cells were undecided.
   */
  runtimeGoroutines: 2,
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
  /**
   * Bytes of no file that containerd or a shim have resident. The phase of Go's collector moves them, and its heap takes thousands of execs to use
   * all of its pages again: over 3,000 execs a shim of containerd 1.6.20 had 4.4 to 4.8 MB, one of 1.7.24 had 5.2 to 6.3.
   */
  runtimeMemory: 1 << 20,
  /** Bytes. A slab is at least one page; /proc/meminfo counts SUnreclaim in pages. */
  slab: 4096,
} as const;

/** Metrics that older runs recorded with a smaller step than they have. */
const leastSteps: Readonly<Record<string, number>> = {
  'heap-alloc': granularities.heapAlloc,
  'heap-alloc-before-gc': granularities.heapAlloc,
  'containerd-goroutines': granularities.runtimeGoroutines,
};

/** A series with the step that its metric is known to have, so that an old run is judged as a new one. */
export function withKnownStep(series: Series): Series {
  return { ...series, granularity: Math.max(series.granularity, leastSteps[series.metric] ?? 0) };
}
