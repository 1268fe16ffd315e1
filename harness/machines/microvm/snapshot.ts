import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../../core/errors.ts';
import { bootGuest, type BootEvents } from './boot.ts';
import { boundMemory } from './memory-bound.ts';
import { MicroVm } from './microvm.ts';
import { ownDirectory, planVm, type MicroVmOptions } from './open.ts';
import type { VmPlan } from './qemu-command.ts';
import { saveState, type SavedGuest } from './saved-guest.ts';

/** Boots a VM and saves it, so that others go on from there in a tenth of the time and share its memory. */
export async function snapshotMicroVm(options: MicroVmOptions): Promise<MicroVmSnapshot> {
  if (options.drives?.some(({ readOnly }) => !readOnly)) throw writesToDrive();
  await using undo = new AsyncDisposableStack();
  const own = await ownDirectory(undo);
  const memory = path.join(own, 'memory');
  const plan: VmPlan = { ...(await planVm(options, own)), memory: { path: memory, shared: true } };
  await using bound = await boundMemory(plan);
  const booted = await bootGuest(options.qemu, plan, bound, options);
  await using guest = booted.guest;
  const state = path.join(own, 'state');
  await saveState(guest, state);
  const console = path.join(own, 'console.log');
  await copyFile(plan.console, console);
  return new MicroVmSnapshot(options, plan, { memory, state, console, greeting: booted.greeting }, undo.move());
}

/** A VM that has booted and waits to go on, as often as one likes. Machines made of it must not outlive it. */
export class MicroVmSnapshot implements AsyncDisposable {
  #options: MicroVmOptions;
  #plan: VmPlan;
  #saved: SavedGuest;
  #undo: AsyncDisposableStack;

  constructor(options: MicroVmOptions, plan: VmPlan, saved: SavedGuest, undo: AsyncDisposableStack) {
    this.#options = options;
    this.#plan = plan;
    this.#saved = saved;
    this.#undo = undo;
  }

  /** A machine of its own, which has just booted; its console begins with what the saved one had shown. */
  async open(directory: string, booting: BootEvents = {}): Promise<MicroVm> {
    const { qemu, cgroupVersion } = this.#options;
    await mkdir(directory, { recursive: true });
    const console = path.join(directory, 'console.log');
    await copyFile(this.#saved.console, console);
    const memory = { path: this.#saved.memory, shared: false };
    const plan: VmPlan = { ...this.#plan, console, memory, incoming: true };
    await using undo = new AsyncDisposableStack();
    const own = await ownDirectory(undo);
    const bound = undo.use(await boundMemory(plan));
    return await MicroVm.open({ qemu, plan, cgroupVersion, bound, booting, directory: own, undo }, this.#saved);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#undo.disposeAsync();
  }
}

function writesToDrive(): LabError {
  return new LabError({
    doing: 'saving a micro VM for others to go on from',
    expected: 'drives that are only read: twins would write to the same one',
    happened: 'it has a drive that it writes to',
  });
}
