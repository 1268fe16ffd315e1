import { readFile } from 'node:fs/promises';
import os from 'node:os';
import type { MachineDescription } from '../../machine/contract.ts';
import type { LimitCode } from '../../core/limits.ts';
import { readCgroupLayout } from './cgroup-layout.ts';
import { typedCommand } from '../../core/typed-command.ts';

/** Bit of CAP_SYS_RESOURCE in the masks of `/proc/PID/status` (linux/capability.h). */
const capSysResource = 24n;

/**
 * Describes this kernel as the place of a local cell.
 *
 * @throws {LabError} where no cgroups are mounted.
 */
export async function describeHost(): Promise<MachineDescription> {
  const layout = await readCgroupLayout();
  const limits: LimitCode[] = [];
  if (!(await hasCapability(capSysResource))) limits.push('no-oom-scores');
  if (layout.version === 2) limits.push('no-cgroup-1');
  return {
    kind: 'local',
    machine: 'local',
    kernel: os.release(),
    kernelCommandLine: (await readFile('/proc/cmdline', 'utf8')).trim(),
    cgroupVersion: layout.version,
    cpus: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    limits,
  };
}

/** Advice for a cell that cannot be made or entered. */
export const doctorHint = `${typedCommand('lab', 'doctor')} says what a local cell needs`;

/** Only what the tools of the host need to be found: a cell sees nothing of the user's environment. */
export function hostEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };
}

async function hasCapability(bit: bigint): Promise<boolean> {
  const mask = /^CapBnd:\s*([0-9a-f]+)$/m.exec(await readFile('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return ((BigInt(`0x${mask}`) >> bit) & 1n) === 1n;
}
