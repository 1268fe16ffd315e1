/**
 * The counts of containerd and of all shims together that decide: whole numbers, which repeat from run to run. Goroutines of the shims are not among
 * them, as a shim serves no profiles; each of its connections and pipes is a descriptor as well.
 */
export const runtimeCounts = [
  'containerd-fds',
  'containerd-goroutines',
  'containerd-threads',
  'shim-fds',
  'shim-threads',
] as const;
export type RuntimeCount = (typeof runtimeCounts)[number];

/** Shown beside them, and never deciding: within hundreds of units of work memory cannot tell some bytes of each from none (see exec-churn). */
export const runtimeMemory = [
  'containerd-heap-alloc',
  'containerd-anonymous',
  'containerd-pss',
  'shim-anonymous',
  'shim-pss',
] as const;
