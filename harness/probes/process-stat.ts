/** Parts of a second that `stat` counts in: sysconf(_SC_CLK_TCK), 100 on every Linux that docker runs on (proc(5)). */
const clockTicks = 100;

/** Seconds of a process: on the CPU in its own code and in the kernel, and when it began, since the machine's boot. */
export interface ProcessTimes {
  user: number;
  system: number;
  began: number;
}

/**
 * Reads a line of `/proc/PID/stat`. Its second field is the program's name in brackets, which may have blanks and brackets
 * itself; utime, stime and starttime are the fields 14, 15 and 22 (proc(5)).
 *
 * @throws {Error} when the line is none of these.
 */
export function processTimes(stat: string): ProcessTimes {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const seconds = (field: number) => Number(fields[field - 3]) / clockTicks;
  const times = { user: seconds(14), system: seconds(15), began: seconds(22) };
  if (Object.values(times).every(Number.isFinite)) return times;
  throw new Error(`reading the times of a process: no line of /proc/PID/stat: "${stat.slice(0, 200)}"`);
}
