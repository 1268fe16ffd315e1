import type Docker from 'dockerode';
import { image } from '../daemons/containers.ts';
import { LabError } from '../core/errors.ts';
import type { Machine } from '../machine/contract.ts';
import { readKmemAccounting } from '../probes/kernel/kmem-accounting.ts';
import type { KmemAccounting } from '../evidence/kmem-accounting.ts';
import type { MemoryCgroups } from '../probes/kernel/memory-cgroups.ts';
import { memoryCgroupIn } from '../probes/kernel/process-cgroup.ts';
import { readOutput } from '../probes/probe.ts';
import { containerLimits, type ContainerLimit, type ContainerWorkload } from './container-limits.ts';

/** A directory of the machine, on a tmpfs, and where containers see it. */
const left = { outside: '/run/lab/left', inside: '/left' };

/** Runs containers that end at once, removes them, and can remove their payload. */
export interface ContainerChurn {
  /** Runs and removes so many, one after the other. */
  run(count: number): Promise<void>;
  /** Runs one that stays, reads from its cgroup whether kernel memory is accounted, and removes it. */
  accounting(): Promise<KmemAccounting>;
  /** Ends the processes and removes the files that hold what was left. */
  letGo(): Promise<void>;
}

/**
 * Prepares the churn of one workload: what a container's process leaves is what it is in a bare cgroup (memory-cgroups.c), a
 * pipe with 4 KiB in it, which a process outside holds by its name, or a file of 4 KiB on a tmpfs of the host.
 */
export async function openContainerChurn(
  machine: Machine,
  engine: Docker,
  cgroups: MemoryCgroups,
  { workload, limit }: { workload: ContainerWorkload; limit: ContainerLimit },
): Promise<ContainerChurn> {
  const limits = containerLimits[limit];
  await readOutput({ machine }, 'a directory for what is left', ['busybox', 'mkdir', left.outside]);
  const holders: string[] = [];
  let number = 0;
  return {
    async run(count) {
      for (let done = 0; done < count; done++) {
        const name = `${++number}`;
        // Its writer waits until the holder has opened it: nothing has to wait here.
        if (workload === 'kmem') holders.push(await holdPipe(machine, `${left.outside}/${name}`));
        await runOnce(engine, limits, workload === 'nothing' ? '/dev/null' : `${left.inside}/${name}`);
      }
    },
    async accounting() {
      const container = await engine.createContainer({
        Image: image,
        Cmd: ['/bin/busybox', 'sleep', '86400'],
        HostConfig: { NetworkMode: 'none', ...limits },
      });
      await container.start();
      const { State } = await container.inspect();
      const directory = memoryCgroupIn((await machine.readFile(`/proc/${State.Pid}/cgroup`)).toString(), cgroups);
      const seen: KmemAccounting =
        directory === undefined ? { state: 'absent' } : await readKmemAccounting(machine, directory);
      await container.remove({ force: true });
      return seen;
    },
    async letGo() {
      const script = '[ $# -eq 0 ] || busybox kill -9 "$@"; busybox rm -r "$0"';
      await readOutput({ machine }, 'holders', ['busybox', 'sh', '-c', script, left.outside, ...holders]);
    },
  };
}

/** Makes a named pipe, and starts a process that holds both its ends; returns its pid. */
async function holdPipe(machine: Machine, path: string): Promise<string> {
  const hold = 'exec 3<>"$0"; exec busybox sleep 86400';
  const script = `busybox mkfifo "$0"; busybox sh -c '${hold}' "$0" </dev/null >/dev/null 2>&1 & echo $!`;
  const output = await readOutput({ machine }, 'the holder of a pipe', ['busybox', 'sh', '-c', script, path]);
  return output.trim();
}

/** The API calls of `docker run --rm`, which every docker since 1.12 knows. */
async function runOnce(engine: Docker, limits: object, file: string): Promise<void> {
  const container = await engine.createContainer({
    Image: image,
    Cmd: ['/bin/busybox', 'dd', 'if=/dev/zero', `of=${file}`, 'bs=4096', 'count=1'],
    // A network is of no cgroup, and costs an emulated CPU as much as the container.
    HostConfig: { Binds: [`${left.outside}:${left.inside}`], NetworkMode: 'none', ...limits },
  });
  await container.start();
  const { StatusCode }: { StatusCode: number } = await container.wait();
  if (StatusCode !== 0) {
    throw new LabError({
      doing: 'running a container that is to leave something',
      expected: `it writes 4 KiB to ${file}, and ends`,
      happened: `exit code ${StatusCode}`,
      evidence: String(await container.logs({ stdout: true, stderr: true })),
      hint: "the daemon's log and the console, in the directory of the cell, may say why",
    });
  }
  await container.remove();
}
