import os from 'node:os';
import { cgroupVersion, readCgroup } from './cgroup.ts';
import type { StatsFrame } from './stats-frame.ts';

/** Nanoseconds of a clock tick, of which a second has 100 on x86-64. */
export const tick = 10_000_000;

/** The memory use of a container, in bytes. Of cgroup v2 dockers report no maximum. */
export function readMemory(id: string): StatsFrame['memory_stats'] {
  const read = (file: string) => readCgroup(id, 'memory', `memory.${file}`);
  const stats = sorted(readPairs(read('stat')));
  if (cgroupVersion === 2) return { usage: Number(read('current')), stats, limit: limitOf(read('max')) };
  return {
    usage: Number(read('usage_in_bytes')),
    max_usage: Number(read('max_usage_in_bytes')),
    stats,
    limit: limitOf(read('limit_in_bytes')),
  };
}

/** The CPU time of a container, in nanoseconds. Cgroup v2 does not report it per CPU. */
export function readCpu(id: string): StatsFrame['cpu_stats']['cpu_usage'] {
  if (cgroupVersion === 2) {
    const { usage_usec = 0, user_usec = 0, system_usec = 0 } = readPairs(readCgroup(id, 'cpuacct', 'cpu.stat'));
    return {
      total_usage: usage_usec * 1000,
      usage_in_kernelmode: system_usec * 1000,
      usage_in_usermode: user_usec * 1000,
    };
  }
  const { user = 0, system = 0 } = readPairs(readCgroup(id, 'cpuacct', 'cpuacct.stat'));
  return {
    total_usage: Number(readCgroup(id, 'cpuacct', 'cpuacct.usage')),
    percpu_usage: readCgroup(id, 'cpuacct', 'cpuacct.usage_percpu').split(' ').map(Number),
    usage_in_kernelmode: system * tick,
    usage_in_usermode: user * tick,
  };
}

/** No more than there is; cgroup v2 says `max` for no limit, v1 a number that is no host's. */
function limitOf(said: string): number {
  return said === 'max' ? os.totalmem() : Math.min(Number(said), os.totalmem());
}

function readPairs(text: string): Record<string, number> {
  return Object.fromEntries(
    text.split('\n').map((line): [string, number] => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]),
  );
}

function sorted(pairs: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1)));
}
