import { z } from 'zod';
import { readOutput, type Target } from './probe.ts';
import { processTimes } from './process-stat.ts';

/** CPU time of the daemon while something was done, and the time that it took, in seconds. */
export const cpuUse = z.strictObject({ cpu: z.number(), seconds: z.number() });
export type CpuUse = z.infer<typeof cpuUse>;

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

/** A figure: what a call costs, beside what the daemon uses by itself. */
export function cpuLine(calls: number, busy: CpuUse, idle: CpuUse): string {
  const milliseconds = ((1000 * busy.cpu) / calls).toPrecision(2);
  const whole = `${busy.cpu.toFixed(2)} s for ${calls} calls in ${busy.seconds.toFixed(1)} s`;
  const calm = `idle, ${idle.cpu.toFixed(2)} s in ${idle.seconds.toFixed(1)} s`;
  return `CPU of the daemon: ${milliseconds} ms a call (${whole}); ${calm}`;
}
