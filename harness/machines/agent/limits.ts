/** The number of unacknowledged bytes allowed, by kind of line. */
export interface LineLimits {
  /** Of one frame. */
  frame: number;
  /** Sent and not yet acknowledged, and of each output of each call. */
  window: number;
}

/**
 * Below 2 KiB the kernel does not mix what two programs write to a terminal. Beyond 64 KiB that it cannot hand on at
 * once it drops what comes in, and 16 KiB on a line of some 40 KiB/s is what a new request waits for behind a bulk.
 */
export const serialLimits: LineLimits = { frame: 2048, window: 16 << 10 };

/** virtio takes 32 KiB at a time and holds back its sender by itself. */
export const portLimits: LineLimits = { frame: 32 << 10, window: 256 << 10 };
