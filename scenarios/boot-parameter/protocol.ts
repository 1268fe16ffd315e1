import { writeFile } from 'node:fs/promises';
import { quietly } from '../../harness/fetch/cache.ts';
import { claimOf } from '../../harness/fetch/kernel-image/parameters.ts';
import { readVmlinux } from '../../harness/fetch/vmlinux.ts';
import { levelOf } from '../../harness/core/cell.ts';
import { readKernelLog } from '../../harness/probes/kernel/kernel-log.ts';
import { readOutput } from '../../harness/probes/probe.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { findCgroupRoot } from '../../harness/workloads/cgroup-root.ts';
import { effects, type Effect } from '../../harness/workloads/parameter-effects.ts';
import type { BootParameterObservations } from './observations.ts';

/** A parameter to try: its text on the command line, and the reading that shows its effect. */
interface Tried {
  words: string;
  effect: Effect;
}

/** Parameters from the reports, and two controls that no kernel knows: a typo, and a name that does not exist. */
export const tried: Readonly<Record<string, Tried>> = {
  nokmem: { words: 'cgroup.memory=nokmem', effect: 'no-kernel-memory' },
  'disable-memory': { words: 'cgroup_disable=memory', effect: 'no-memory-controller' },
  // The name of the switch until 3.18, which later kernels know as well.
  'slub-nomerge': { words: 'slub_nomerge', effect: 'no-merged-caches' },
  'slab-nomerge': { words: 'slab_nomerge', effect: 'no-merged-caches' },
  typo: { words: 'cgroup.memory=nokmen', effect: 'no-kernel-memory' },
  unknown: { words: 'lab.unknown=1', effect: 'no-kernel-memory' },
};

/** @throws {RangeError} for a level that does not exist. */
export function triedAs(level: string): Tried {
  const found = tried[level];
  if (!found) throw new RangeError(`no parameter is called ${level}`);
  return found;
}

/** The image of a machine that has brought its kernel along; distributions have it there. */
async function fetchImage({ machine, logFile }: CellContext): Promise<string> {
  const copy = logFile('vmlinuz');
  await writeFile(copy, await machine.readFile(`/boot/vmlinuz-${machine.description.kernel}`));
  return copy;
}

/** The protocol of boot-parameter. */
export async function observe(context: CellContext): Promise<BootParameterObservations> {
  const { cell, kernel, machine, phase } = context;
  if (!kernel) throw new RangeError('this scenario needs a kernel');
  const { words, effect } = triedAs(levelOf(cell, 'parameter'));
  const vmlinux = await phase('harness', 'reading the image', async () =>
    readVmlinux(kernel.image ?? (await fetchImage(context)), quietly()),
  );
  const cgroups = await findCgroupRoot(machine);
  return {
    claim: claimOf(vmlinux, words),
    commandLine: (await readOutput({ machine }, 'the command line', ['cat', '/proc/cmdline'])).trim(),
    kernelLog: await readKernelLog(machine),
    effect: await phase('containers', 'measuring the effect', () => effects[effect](machine, cgroups)),
  };
}
