/**
 * The smallest step of each metric, in its unit. A metric that isn't here has its step from whoever probes it; 1 for
 * whatever is counted.
 */
export const granularities = {
  /** Counted one by one: /proc/PID/fd, GET /info NFd. */
  fds: 1,
  /** Counted one by one: pprof/goroutine, GET /info NGoroutines. */
  goroutines: 1,
  /** Bytes. The smallest size class of Go's allocator (runtime/sizeclasses.go). */
  heapAlloc: 8,
  /** Bytes. Spans are whole pages of the Go runtime, 8 KiB (runtime/sizeclasses.go, _PageSize). */
  heapInuse: 8192,
  /** Bytes. Stacks are taken from spans of whole Go pages, too. */
  stacks: 8192,
  /** Bytes. The kernel counts resident memory in pages (x86-64: 4 KiB). */
  rss: 4096,
  /** Bytes. A slab is at least one page; /proc/meminfo counts SUnreclaim in pages. */
  slab: 4096,
} as const;
