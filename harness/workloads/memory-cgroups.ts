import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { quietly } from '../fetch/cache.ts';
import { fetchStaticProgram } from '../fetch/static-program.ts';
import { LabError, lastLines } from '../core/errors.ts';
import type { Machine } from '../machine/contract.ts';
import { numberIn, readOutput } from '../probes/probe.ts';
import type { MemoryCgroups } from '../probes/kernel/memory-cgroups.ts';

/** The workloads of a cgroup's process before the cgroup is removed; memory-cgroups.c has them. */
export const workloads = ['kmem', 'page-cache', 'files-kept', 'objects-freed', 'shell', 'nothing'] as const;
export type Workload = (typeof workloads)[number];

/** Whether the limit of kernel memory is set that switches its accounting on before Linux 4.5; later it is always on. */
export const kmemLevels = ['on', 'off'] as const;
export type Kmem = (typeof kmemLevels)[number];

/**
 * Those that take 0.05 to 0.2 s a cgroup on an emulated CPU, where the others take 20 ms, and what their cgroups are divided by. What `objects-freed` does to
 * 3.10 is a race, which one cgroup in ten wins: it needs more of them.
 */
const slow: ReadonlyMap<Workload, number> = new Map([
  ['files-kept', 5],
  ['objects-freed', 2],
  ['shell', 5],
]);

/** Cgroups of a workload, where the quick ones have so many. A slow one with less than 30 could not be distinguished from noise. */
export function cgroupsOf(workload: Workload, quick: number): number {
  return Math.min(quick, Math.max(30, Math.floor(quick / (slow.get(workload) ?? 1))));
}

/** Milliseconds for one dose: a cgroup takes some 20 ms on an emulated CPU, a slow one 200 ms. */
const doseLimit = 120_000;

const source = path.join(import.meta.dirname, 'memory-cgroups.c');

/** Where a machine has the program. */
const program = '/run/memory-cgroups';

/** Makes and removes memory cgroups in a machine, and can remove their payload. */
export interface CgroupChurn {
  /** Makes, uses and removes so many; resolves with how many the kernel let it make, and why no more. */
  make(count: number): Promise<{ made: number; refusal?: string }>;
  /** Ends the processes and removes the files that hold what was left. */
  letGo(): Promise<void>;
}

/** Prepares the churn of one workload below the root of a hierarchy. */
export async function openChurn(
  machine: Machine,
  { root }: MemoryCgroups,
  workload: Workload,
  kmem: Kmem,
): Promise<CgroupChurn> {
  const compiled = await fetchStaticProgram(source, quietly());
  await machine.writeFile(program, await readFile(compiled));
  await readOutput({ machine }, 'mode', ['busybox', 'chmod', '700', program]);
  const holders: number[] = [];
  let next = 0;
  return {
    async make(count) {
      const ran = await machine.run([program, root, `${next}`, `${count}`, workload, kmem], { timeout: doseLimit });
      const holder = /^holder (\d+)$/m.exec(ran.stdout)?.[1];
      if (holder !== undefined) holders.push(Number(holder));
      if (ran.exitCode !== 0 && ran.exitCode !== 3) {
        throw new LabError({
          doing: `making and removing ${count} memory cgroups`,
          expected: 'each has a process that does its work and ends, and is removed',
          happened: ran.timedOut ? `not done within ${doseLimit / 1000} s` : `exit code ${ran.exitCode}`,
          evidence: lastLines(ran.stderr || ran.stdout, 5),
          hint: 'try fewer of them with --size, or another kernel with --kernel',
        });
      }
      const made = numberIn(ran.stdout, 'cgroups that were made', /^made (\d+)$/m);
      next += made;
      const refusal = /^mkdir .*: (.*)$/m.exec(ran.stdout)?.[1];
      return { made, ...(refusal !== undefined && { refusal }) };
    },
    async letGo() {
      const script =
        '[ $# -eq 0 ] || busybox kill -9 "$@"; busybox find /tmp -maxdepth 1 -name "lab-kept-*" -exec busybox rm {} +';
      await readOutput({ machine }, 'holders', ['busybox', 'sh', '-c', script, 'sh', ...holders.map(String)]);
    },
  };
}
