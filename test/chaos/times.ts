import type { FleetTimes } from '../../harness/fleet/times.ts';

/** A tenth of the usual times or so: a fault of seconds is to a fleet of these what one of a minute is to a real one. */
export const chaosTimes: FleetTimes = {
  lock: 4000,
  renew: 1000,
  stalled: 1500,
  beat: 500,
  gone: 3000,
  poll: 300,
  patience: 60_000,
  reconcile: 1500,
  forget: 60_000,
  cleanup: 2000,
};
