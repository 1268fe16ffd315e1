import type { Fetching } from '../../../vms/build.ts';
import { fetchPagesImage } from '../shared/disk-image.ts';
import { quietly } from '../../fetch/cache.ts';
import { isPackaged } from '../../fetch/kernel.ts';
import { fetchQemu } from '../../fetch/qemu.ts';
import { describeBareHost } from '../shared/bare-host.ts';
import { Kept } from '../shared/kept.ts';
import type { MachineKind, MachineSpec } from '../shared/kind.ts';
import type { Boot, Machine } from '../../machine/contract.ts';
import { besideDisks } from '../agent/beside.ts';
import { dockerVmOptions, enterDockerVm, usualCgroups } from './docker-vm.ts';
import { microvmJobs } from './jobs.ts';
import { findKvm } from './kvm.ts';
import { modulesAmong } from './modules.ts';
import type { MicroVmOptions } from './open.ts';
import { microvmRequirements } from './requirements.ts';
import { snapshotMicroVm, type MicroVmSnapshot } from './snapshot.ts';
import { sweepMicroVms } from './sweep.ts';

/** QEMU with a kernel of the cell's own. */
export const microvmKind: MachineKind = {
  name: 'microvm',
  summary: 'a kernel of your choice in QEMU',
  boots: true,
  requirements: microvmRequirements,
  describe: () => Promise.resolve(describeBareHost('microvm')),
  jobs: microvmJobs,
  open,
  sweep: sweepMicroVms,
  release,
};

async function open({ build, kernel, boot, budget, beside, directory, event }: MachineSpec): Promise<Machine> {
  if (!kernel || !isPackaged(kernel)) throw new RangeError('making a micro VM: its cell names no kernel of the host');
  // Missing parts were fetched before, so there is no progress to show.
  const fetching = quietly();
  const qemu = await fetchQemu(fetching);
  const { acceleration } = await findKvm(qemu, fetching);
  const disks = build ? await besideDisks(beside ?? [], fetching) : [];
  const snapshot = await snapshotOf({
    qemu,
    acceleration,
    kernel,
    bootParameters: boot.parameters,
    memoryBytes: budget.memoryBytes,
    cpus: boot.cpus ?? 1,
    cgroupVersion: boot.cgroupVersion ?? (build ? usualCgroups(build, kernel.release) : 1),
    directory,
    fetching,
    event,
    ...(build
      ? await dockerVmOptions(build, disks, kernel, fetching)
      : await bareVmOptions(boot, kernel.modules, fetching)),
  });
  const vm = await snapshot.open(directory, { event });
  return build ? enterDockerVm(vm, build, budget, disks) : vm;
}

/** The options of a VM without a docker. */
async function bareVmOptions(
  { modules = [], diskPages, ext4 = diskPages !== undefined }: Boot,
  available: string | undefined,
  fetching: Fetching,
): Promise<Pick<MicroVmOptions, 'modules' | 'drives'>> {
  const drives = diskPages === undefined ? [] : [{ path: await fetchPagesImage(diskPages, fetching), readOnly: true }];
  // ext4 asks for the sum by its name, and no module depends on it; either may be built in.
  const fileSystem = ext4 ? await modulesAmong(available, ['crc32c_generic', 'ext4']) : [];
  return { modules: [...modules, ...fileSystem], drives };
}

/** Booted states, by all that a boot depends on: cells of a matrix pay for a boot once. */
const snapshots = new Kept<MicroVmSnapshot>();

function snapshotOf(options: MicroVmOptions): Promise<MicroVmSnapshot> {
  const { kernel, bootParameters, memoryBytes, cpus, cgroupVersion, modules, drives } = options;
  const key = JSON.stringify([kernel.image, bootParameters, memoryBytes, cpus, cgroupVersion, modules, drives]);
  return snapshots.get(key, () => snapshotMicroVm(options));
}

/** Removes the booted states; machines made of them must be closed first. */
async function release(): Promise<void> {
  for (const snapshot of await snapshots.take()) await snapshot[Symbol.asyncDispose]();
}
