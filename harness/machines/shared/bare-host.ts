import os from 'node:os';
import type { MachineDescription } from '../../machine/contract.ts';

/** The host as the place of machines that boot a kernel of their own; each machine reports its kernel. */
export function describeBareHost(kind: string): MachineDescription {
  return {
    kind,
    machine: kind,
    kernel: os.release(),
    kernelCommandLine: '',
    cgroupVersion: 1,
    cpus: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    limits: [],
  };
}
