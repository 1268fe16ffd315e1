import type { SeenEffect } from '../evidence/boot-parameter-effect.ts';
import type { Machine } from '../machine/contract.ts';
import { readOutput } from '../probes/probe.ts';
import type { Effect } from './effect.ts';
import type { CgroupRoot } from '../evidence/cgroup-root.ts';

type Look = (machine: Machine, cgroups: CgroupRoot) => Promise<SeenEffect>;

/** The check of each effect. */
export const effects: Readonly<Record<Effect, Look>> = {
  'no-kernel-memory': noKernelMemory,
  'no-memory-controller': noMemoryController,
  'no-merged-caches': noMergedCaches,
};

/**
 * A process in a cgroup of its own has a pipe with data in it, and more objects of the kernel; the shell prints what was
 * charged for them while it lives. Writing a limit is what switches the accounting on before 4.5, as runc did.
 */
const chargeKernelMemory = `
mkdir "$0/lab-effect" || exit 1
echo 1073741824 2>/dev/null >"$0/lab-effect/memory.kmem.limit_in_bytes"
busybox sh -c 'echo $$ >"$0/cgroup.procs"
  busybox dd if=/dev/zero bs=4096 count=8 2>/dev/null | { busybox sleep 0.2
  cat "$0/memory.kmem.usage_in_bytes" 2>/dev/null || busybox sed -n "s/^kernel //p; s/^slab_unreclaimable //p" "$0/memory.stat"
  busybox cat >/dev/null; }' "$0/lab-effect"
echo $$ >"$0/cgroup.procs"
busybox rmdir "$0/lab-effect"`;

async function noKernelMemory(machine: Machine, { root, memory }: CgroupRoot): Promise<SeenEffect> {
  if (!memory) return { seen: true, evidence: 'there is no memory controller to charge anything' };
  const output = await readOutput({ machine }, 'charged kernel memory', [
    'busybox',
    'sh',
    '-c',
    chargeKernelMemory,
    root,
  ]);
  // The first number: the whole of it where the kernel reports that, else its slabs.
  const bytes = Number(output.trim().split('\n')[0]);
  const evidence = `a process with a pipe, in a cgroup of its own, was charged ${bytes} bytes of kernel memory`;
  return { seen: bytes === 0, evidence };
}

async function noMemoryController(machine: Machine, { memory, root }: CgroupRoot): Promise<SeenEffect> {
  const text = await readOutput({ machine }, 'controllers', ['cat', '/proc/cgroups']);
  const row = /^memory.*$/m.exec(text)?.[0]?.replaceAll('\t', ' ') ?? 'no row for memory';
  return { seen: !memory, evidence: `/proc/cgroups: ${row}; memory is ${memory ? '' : 'not '}charged in ${root}` };
}

async function noMergedCaches(machine: Machine): Promise<SeenEffect> {
  // Without the names of copies for memory cgroups, `dentry(12:c1)`.
  const script = 'busybox find /sys/kernel/slab -maxdepth 1 -type l ! -name "*(*" | busybox wc -l';
  const links = Number(await readOutput({ machine }, 'merged slab caches', ['busybox', 'sh', '-c', script]));
  return { seen: links === 0, evidence: `${links} slab caches are names of others in /sys/kernel/slab` };
}
