import { writeFile } from 'node:fs/promises';
import { quietly } from '../../harness/fetch/cache.ts';
import { claimOf } from '../../harness/fetch/kernel-image/parameters.ts';
import { readVmlinux } from '../../harness/fetch/vmlinux.ts';
import { readKernelLog } from '../../harness/probes/kernel/kernel-log.ts';
import { readOutput } from '../../harness/probes/probe.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { findCgroupRoot } from '../../harness/workloads/cgroup-root.ts';
import { effects } from '../../harness/workloads/parameter-effects.ts';
import { level, tried } from './factors.ts';
import type { BootParameterObservations } from './observations.ts';

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
  const { words, effect } = tried[level(cell, 'parameter')];
  const vmlinux = await phase('harness', { activity: 'reading-kernel-image' }, async () =>
    readVmlinux(kernel.image ?? (await fetchImage(context)), quietly()),
  );
  const cgroups = await findCgroupRoot(machine);
  return {
    claim: claimOf(vmlinux, words),
    commandLine: (await readOutput({ machine }, 'the command line', ['cat', '/proc/cmdline'])).trim(),
    kernelLog: await readKernelLog(machine),
    effect: await phase('containers', { activity: 'measuring-parameter' }, () => effects[effect](machine, cgroups)),
  };
}
