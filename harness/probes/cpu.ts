import type { CpuUse } from '../evidence/cpu-use.ts';
import { readOutput, type Target } from './probe.ts';
import { processTimes } from './process-stat.ts';

/** Seconds that the daemon has been on a CPU since it began, in its own code and in the kernel, in steps of 0.01. */
async function cpuSeconds(target: Target): Promise<number> {
  const { user, system } = processTimes(
    await readOutput(target, 'CPU time', ['busybox', 'cat', `/proc/${target.daemon.pid}/stat`]),
  );
  return user + system;
}

/** Does something and returns the CPU time that it cost the daemon. */
export async function cpuDuring(target: Target, work: () => Promise<void>): Promise<CpuUse> {
  const [before, begin] = [await cpuSeconds(target), performance.now()];
  await work();
  const seconds = (performance.now() - begin) / 1000;
  return { cpu: (await cpuSeconds(target)) - before, seconds };
}

/** Several uses as one. */
export function sumOfUses(uses: readonly CpuUse[]): CpuUse {
  const sum = (key: keyof CpuUse) => uses.reduce((total, use) => total + use[key], 0);
  return { cpu: sum('cpu'), seconds: sum('seconds') };
}
