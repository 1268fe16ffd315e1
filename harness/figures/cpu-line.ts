import type { CpuUse } from '../evidence/cpu-use.ts';

/** A figure: what a unit of work costs, beside what the daemon uses by itself. */
export function cpuLine(count: number, busy: CpuUse, idle: CpuUse, unit: 'call' | 'exec' = 'call'): string {
  const milliseconds = ((1000 * busy.cpu) / count).toPrecision(2);
  const whole = `${busy.cpu.toFixed(2)} s for ${count} ${unit}s in ${busy.seconds.toFixed(1)} s`;
  const calm = `idle, ${idle.cpu.toFixed(2)} s in ${idle.seconds.toFixed(1)} s`;
  return `CPU of the daemon: ${milliseconds} ms ${unit === 'exec' ? 'an' : 'a'} ${unit} (${whole}); ${calm}`;
}
