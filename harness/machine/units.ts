import type { MountFlags } from '../core/mount-flags.ts';
import type { Machine, Running } from './contract.ts';

/** Beside the interface: a machine with a systemd of its own, which applies `MountFlags` itself. */
export interface RunsUnits {
  /** Its version, e.g. 219. */
  readonly systemd: number;
  /** Starts a program as the main process of a unit with `KillMode=process`, as docker's units have it. */
  startUnit(command: readonly string[], options: { mountFlags: MountFlags; log: string }): Promise<Running>;
}

/** Whether a machine has the capability of {@link RunsUnits}. */
export function runsUnits(machine: Machine): machine is Machine & RunsUnits {
  return 'startUnit' in machine;
}
