import type { Machine } from './contract.ts';

/** Beside the interface: a machine that can boot again with other parameters. All that ran in it and its files are gone. */
export interface Reboots {
  reboot(bootParameters: readonly string[]): Promise<void>;
}

/** Whether a machine has the capability of {@link Reboots}. */
export function reboots(machine: Machine): machine is Machine & Reboots {
  return 'reboot' in machine;
}
