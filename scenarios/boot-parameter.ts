import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { quietly } from '../vms/cache.ts';
import { claimOf } from '../vms/kernel-image/parameters.ts';
import { readVmlinux } from '../vms/obtain/vmlinux.ts';
import { levelOf } from '../harness/matrix/cell.ts';
import { readKernelLog } from '../harness/probes/kernel/kernel-log.ts';
import { readOutput } from '../harness/probes/probe.ts';
import type { CellContext, Scenario } from '../harness/scenario.ts';
import { findCgroupRoot } from '../harness/workloads/cgroup-root.ts';
import { effects, type Effect } from '../harness/workloads/parameter-effects.ts';
import { judgeBootParameter } from './boot-parameter-judge.ts';

/** What is tried: its words on the command line, and what shows whether it has an effect. */
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

const observations = z.strictObject({
  /** What the kernel's image says. */
  claim: z.strictObject({
    parameter: z.string(),
    known: z.boolean(),
    offset: z.int().optional(),
    evidence: z.string(),
  }),
  /** What `/proc/cmdline` says: it takes any word. */
  commandLine: z.string(),
  kernelLog: z.array(z.string()),
  /** What was measured. */
  effect: z.strictObject({ seen: z.boolean(), evidence: z.string() }),
});
export type BootParameterObservations = z.infer<typeof observations>;

/** Whether boot parameters do what they are given for. */
export const bootParameter: Scenario<BootParameterObservations> = {
  name: 'boot-parameter',
  claim:
    'A boot parameter may be effective, or known and without effect, or ignored in silence: the command line shows it in each case.',
  references: ['opencontainers/runc#1725'],
  needs: ['kernel'],
  machine: 'microvm',
  factors: [{ name: 'parameter', levels: Object.keys(tried) }],
  boot: (cell) => ({ parameters: [triedAs(levelOf(cell, 'parameter')).words] }),
  budget: { memoryBytes: 256 << 20, diskBytes: 0, seconds: 180 },
  observations,
  run: observe,
  judge: judgeBootParameter,
};

/** @throws {RangeError} for a level that does not exist. */
function triedAs(level: string): Tried {
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

async function observe(context: CellContext): Promise<BootParameterObservations> {
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
