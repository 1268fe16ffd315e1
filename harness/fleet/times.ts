/** Milliseconds that a fleet goes by. Tests and the chaos script take shorter ones. */
export interface FleetTimes {
  /** How long the lock of a cell holds without a renewal. BullMQ's default: above the pause of a Redis that rewrites its log. */
  lock: number;
  /** Between two renewals: three may fail before the lock is lost. */
  renew: number;
  /** Between two looks for cells whose lock has run out. */
  stalled: number;
  /** Between two heartbeats, of hosts and of coordinators. */
  beat: number;
  /** After which one without a heartbeat is gone. */
  gone: number;
  /** Between two looks for work, a cancellation or a drain. */
  poll: number;
  /** How long cells wait for a host that could run them, once the last of those has gone. */
  patience: number;
  /** Between two comparisons of what is outstanding with what Redis has. */
  reconcile: number;
  /** How long the record of a coordinator, and its queues, stay after its last heartbeat. */
  forget: number;
  /** For a child to clean up, before it is killed. */
  cleanup: number;
}

/** The usual times. A cancellation reaches every host within two polls. */
export const usualTimes: FleetTimes = {
  lock: 30_000,
  renew: 8000,
  stalled: 15_000,
  beat: 3000,
  gone: 15_000,
  poll: 1000,
  patience: 120_000,
  reconcile: 10_000,
  forget: 600_000,
  cleanup: 20_000,
};
