import { readFileSync } from 'node:fs';
import { readCpu, readMemory, tick } from './cgroup-use.ts';
import { readCgroup } from './cgroup.ts';
import { now, zeroTime } from './clock.ts';
import { blkioStats, emptyCpu, type InterfaceStats, type StatsFrame } from './stats-frame.ts';

/** A frame of a container's stats, from its cgroups; the networks are for the caller to add. */
export function readStats(id: string): StatsFrame {
  return {
    read: now(),
    preread: zeroTime,
    pids_stats: { current: Number(readCgroup(id, 'pids', 'pids.current')) },
    blkio_stats: blkioStats([]),
    num_procs: 0,
    storage_stats: {},
    cpu_stats: {
      cpu_usage: readCpu(id),
      system_cpu_usage: readSystemCpu(),
      throttling_data: emptyCpu().throttling_data,
    },
    precpu_stats: emptyCpu(),
    memory_stats: readMemory(id),
  };
}

/** The counters of every interface but the loopback, in the network namespace of a process. */
export function readInterfaces(pid: number): Record<string, InterfaceStats> {
  const found: Record<string, InterfaceStats> = {};
  for (const line of readFileSync(`/proc/${pid}/net/dev`, 'utf8').split('\n').slice(2)) {
    const [name = '', counters = ''] = line.split(':');
    const [rxBytes, rxPackets, rxErrors, rxDropped, , , , , txBytes, txPackets, txErrors, txDropped] = counters
      .trim()
      .split(/\s+/)
      .map(Number);
    // The kernel puts its own fallback devices into every namespace; docker reports what it made itself.
    if (!name.trim().startsWith('eth')) continue;
    found[name.trim()] = {
      rx_bytes: rxBytes ?? 0,
      rx_packets: rxPackets ?? 0,
      rx_errors: rxErrors ?? 0,
      rx_dropped: rxDropped ?? 0,
      tx_bytes: txBytes ?? 0,
      tx_packets: txPackets ?? 0,
      tx_errors: txErrors ?? 0,
      tx_dropped: txDropped ?? 0,
    };
  }
  return found;
}

/** Nanoseconds that all CPUs together have had: the first seven numbers of `/proc/stat`. */
function readSystemCpu(): number {
  const [, ...ticks] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/);
  return ticks.slice(0, 7).reduce((sum, one) => sum + Number(one) * tick, 0);
}
