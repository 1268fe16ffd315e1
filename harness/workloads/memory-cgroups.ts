import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { quietly } from '../fetch/cache.ts';
import { fetchStaticProgram } from '../fetch/static-program.ts';
import { LabError, lastLines } from '../core/errors.ts';
import type { Machine } from '../machine/contract.ts';
import { numberIn, readOutput } from '../probes/probe.ts';
import { cacheDisk, isWritten, type Kmem, writtenDisk, type Workload } from './cgroup-workloads.ts';
import { openWrittenDisk, removeWrittenDisk } from './written-disk.ts';
import type { MemoryCgroups } from '../probes/kernel/memory-cgroups.ts';

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
  { root }: Pick<MemoryCgroups, 'root'>,
  workload: Workload,
  kmem: Kmem,
): Promise<CgroupChurn> {
  const compiled = await fetchStaticProgram(source, quietly());
  await machine.writeFile(program, await readFile(compiled));
  await readOutput({ machine }, 'mode', ['busybox', 'chmod', '700', program]);
  if (workload === 'file-cache') {
    const script = 'busybox mkdir "$0" && busybox mount -t ext4 -o ro,noload "$1" "$0"';
    await readOutput({ machine }, 'the disk', ['busybox', 'sh', '-c', script, cacheDisk.mountPoint, cacheDisk.device]);
  }
  const other = isWritten(workload) ? await openWrittenDisk(machine, { root }, workload) : undefined;
  const most = mostOf(workload);
  const holders: number[] = [];
  let next = 0;
  return {
    async make(count) {
      if (next + count > most) {
        throw new LabError({
          doing: `making ${count} memory cgroups after ${next}`,
          expected: `at most ${most} in all, each with a page of the disk`,
          happened: `${next + count} are asked for`,
          hint: 'ask for fewer with --size cgroups=…, or take another workload with --only',
        });
      }
      const command = [program, root, `${next}`, `${count}`, workload, kmem, ...(other === undefined ? [] : [other])];
      const ran = await machine.run(command, { timeout: doseLimit });
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
      if (workload === 'file-cache') {
        await readOutput({ machine }, 'the disk', ['busybox', 'umount', cacheDisk.mountPoint]);
      }
      if (isWritten(workload)) await removeWrittenDisk(machine, workload);
    },
  };
}

/** The cgroups that a workload has something for. */
function mostOf(workload: Workload): number {
  if (isWritten(workload)) return writtenDisk.files;
  return workload === 'file-cache' ? cacheDisk.pages : Infinity;
}
