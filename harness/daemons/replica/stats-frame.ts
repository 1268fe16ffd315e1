import { zeroTime } from './clock.ts';

interface CpuStats {
  cpu_usage: {
    total_usage: number;
    percpu_usage?: number[];
    usage_in_kernelmode: number;
    usage_in_usermode: number;
  };
  system_cpu_usage?: number;
  throttling_data: { periods: number; throttled_periods: number; throttled_time: number };
}

/** Counters of an interface since it was made. */
export interface InterfaceStats {
  rx_bytes: number;
  rx_packets: number;
  rx_errors: number;
  rx_dropped: number;
  tx_bytes: number;
  tx_packets: number;
  tx_errors: number;
  tx_dropped: number;
}

/** A frame of stats, its keys in the order of 1.13.1. Absent is what Go's `omitempty` leaves out. */
export interface StatsFrame {
  read: string;
  preread: string;
  pids_stats: { current?: number };
  blkio_stats: Record<string, [] | null>;
  num_procs: 0;
  storage_stats: Record<string, never>;
  cpu_stats: CpuStats;
  precpu_stats: CpuStats;
  memory_stats: { usage?: number; max_usage?: number; stats?: Record<string, number>; limit?: number };
  name?: string;
  id?: string;
  networks?: Record<string, InterfaceStats>;
}

const blkioKeys = [
  'io_service_bytes',
  'io_serviced',
  'io_queue',
  'io_service_time',
  'io_wait_time',
  'io_merged',
  'io_time',
];

/** `[]` in a frame that was read, `null` in one that was not. (What is read of block devices is nothing.) */
export function blkioStats(value: [] | null): StatsFrame['blkio_stats'] {
  return Object.fromEntries([...blkioKeys, 'sectors'].map((key) => [`${key}_recursive`, value]));
}

/** The CPU statistics before the first reading. */
export function emptyCpu(): CpuStats {
  return {
    cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
    throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
  };
}

/** Go's zero value of a frame: nothing was read. */
export function emptyFrame(): StatsFrame {
  return {
    read: zeroTime,
    preread: zeroTime,
    pids_stats: {},
    blkio_stats: blkioStats(null),
    num_procs: 0,
    storage_stats: {},
    cpu_stats: emptyCpu(),
    precpu_stats: emptyCpu(),
    memory_stats: {},
  };
}
