import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Fetching } from '../../../vms/build.ts';
import { fetchXz, type Qemu } from '../../fetch/qemu.ts';
import { fetchVmlinux } from '../../fetch/vmlinux.ts';
import { ownOwner } from '../local/owner.ts';
import type { BootEvents } from './boot.ts';
import { writeInitramfs, type GuestFile } from './initramfs.ts';
import { boundMemory } from './memory-bound.ts';
import { MicroVm } from './microvm.ts';
import { readModules } from './modules.ts';
import type { Acceleration, Drive, VmPlan } from './qemu-command.ts';

/** Options of a micro VM. */
export interface MicroVmOptions extends BootEvents {
  qemu: Qemu;
  acceleration: Acceleration;
  /** A bzImage, and the directory `/lib/modules/RELEASE` that belongs to it. */
  kernel: { image: string; modules?: string };
  /** Additional parameters on the kernel's command line. */
  bootParameters: readonly string[];
  memoryBytes: number;
  cpus: number;
  cgroupVersion: 1 | 2;
  /** A directory of the host for the console's log. */
  directory: string;
  /**
   * Whether large amounts of data go in and out: loads the modules of a virtio port, for 0.3 s of a boot, and carries
   * 4 to 16 MB/s instead of 0.05 to 0.4. A kernel that has them built in uses the port anyway.
   */
  bulk?: boolean;
  /** Names of modules to load, without those that they need. */
  modules?: readonly string[];
  files?: readonly GuestFile[];
  drives?: readonly Drive[];
  /** Bytes that TCG may keep of translated code; a guest with large programs takes more than the usual. */
  translatedBytes?: number;
  /** Whether programs in it have time limits that an emulated CPU would exceed; see the plan's. */
  countsInstructions?: boolean;
  fetching: Fetching;
}

/** The modules that a kernel needs for its virtio port and its drives; some kernels have them built in. */
const portModules = ['virtio_pci', 'virtio_console'];
const driveModules = ['virtio_pci', 'virtio_blk'];

/** Directories of VMs in the temporary directory are named so, and after their owner. */
export const directoryPrefix = 'dockerd-leak-lab-vm-';

/**
 * Boots a kernel of the caller's choice in QEMU, with the lab's agent as its first program. The machine ends with this
 * process, however that ends.
 *
 * @throws {BootFailedError} after three boots that failed
 * @throws {LabError} when the kernel is no kernel, or has not the modules
 */
export async function openMicroVm(options: MicroVmOptions): Promise<MicroVm> {
  await using undo = new AsyncDisposableStack();
  const directory = await ownDirectory(undo);
  const plan = await planVm(options, directory);
  const bound = undo.use(await boundMemory(plan));
  const { qemu, cgroupVersion } = options;
  return await MicroVm.open({ qemu, plan, cgroupVersion, bound, booting: options, directory, undo });
}

/** A directory that goes when the stack is disposed; or, should this process be killed, with the next sweep. */
export async function ownDirectory(undo: AsyncDisposableStack): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), `${directoryPrefix}${ownOwner()}-`));
  undo.defer(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Prepares the files of a VM in a directory of its own, and says what QEMU is to start. */
export async function planVm(options: MicroVmOptions, own: string): Promise<VmPlan> {
  const { kernel, fetching, cgroupVersion, files = [], drives = [], bulk = false } = options;
  await mkdir(options.directory, { recursive: true });
  const wanted = [...(bulk ? portModules : []), ...(drives.length > 0 ? driveModules : []), ...(options.modules ?? [])];
  const modules = await readModules(kernel.modules, wanted, await fetchXz(fetching));
  const initramfs = path.join(own, 'initramfs.cpio');
  await writeInitramfs(initramfs, { cgroupVersion, modules, files }, fetching);
  return {
    acceleration: options.acceleration,
    kernel: await fetchVmlinux(kernel.image, fetching),
    initramfs,
    parameters: options.bootParameters,
    memoryBytes: options.memoryBytes,
    cpus: options.cpus,
    drives,
    ...(options.translatedBytes !== undefined && { translatedBytes: options.translatedBytes }),
    ...(options.countsInstructions && { countsInstructions: true }),
    console: path.join(options.directory, 'console.log'),
  };
}
