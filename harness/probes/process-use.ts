import { numberIn, readOutput, type Target } from './probe.ts';

/** The resources that a process holds. Memory is in bytes. */
export interface ProcessUse {
  fds: number;
  threads: number;
  /** All resident pages, those of files that other processes map as well among them. */
  rss: number;
  /** Pages of no file: heap and stacks. No other process changes it, as it does `pss`. */
  anonymous: number;
  /** Proportional set size; absent before Linux 4.14, which has no smaps_rollup (proc(5)). */
  pss?: number;
}

/** Begins a process in the output. A process that ends while it is read ends the reading: its counts would be zeroes. */
const script = `for pid; do
  echo "process $pid fds $(busybox ls /proc/$pid/fd | busybox wc -l)"
  busybox grep -E '^(Threads|VmRSS|RssAnon):' /proc/$pid/status || exit 1
  busybox grep -E '^(Pss|Anonymous):' /proc/$pid/smaps_rollup 2>/dev/null
  busybox test -d /proc/$pid/fd || exit 1
done`;

/**
 * Reads what some processes hold, in the order of `pids`. A reading costs them nothing but the lock of their memory map for less than a
 * millisecond: the kernel knows the rest.
 *
 * @param what the processes, for errors
 * @throws {Error} when one of them has ended
 */
export async function readUses(
  target: Pick<Target, 'machine'>,
  what: string,
  pids: readonly number[],
): Promise<ProcessUse[]> {
  if (pids.length === 0) return [];
  const output = await readOutput(target, what, ['busybox', 'sh', '-c', script, 'sh', ...pids.map(String)]);
  const parts = output.split(/^process \d+ /m).slice(1);
  if (parts.length !== pids.length) throw new Error(`reading ${what}: ${parts.length} of ${pids.length} processes`);
  return parts.map((part) => useIn(part, what));
}

/** The sum of several processes. Pages that they share count once for each in `rss`, and once in all in `pss`. */
export function sumOfUse(uses: readonly ProcessUse[]): ProcessUse {
  const sum = (key: keyof ProcessUse) => uses.reduce((total, use) => total + (use[key] ?? 0), 0);
  return {
    fds: sum('fds'),
    threads: sum('threads'),
    rss: sum('rss'),
    anonymous: sum('anonymous'),
    ...(uses.every(({ pss }) => pss !== undefined) && { pss: sum('pss') }),
  };
}

function useIn(text: string, what: string): ProcessUse {
  const bytes = (field: string) =>
    numberIn(text, `${field} of ${what}`, new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm')) * 1024;
  const hasRollup = /^Pss:/m.test(text);
  return {
    fds: numberIn(text, `fds of ${what}`, /^fds (\d+)$/m),
    threads: numberIn(text, `Threads of ${what}`, /^Threads:\s+(\d+)$/m),
    rss: bytes('VmRSS'),
    // Since 6.2 `status` may be wrong by some pages for each CPU, as its counters are summed up in batches; the rollup walks the pages.
    anonymous: bytes(hasRollup ? 'Anonymous' : 'RssAnon'),
    ...(hasRollup && { pss: bytes('Pss') }),
  };
}
