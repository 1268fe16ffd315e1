import os from 'node:os';

/** Cells that two cores carry side by side: they mostly wait for dockerd's ticks (BENCHMARKS.md). */
const localCellsPerCpu = 3;

/** The number of cells with this much memory each (bytes) that fit side by side here: bounded by the cores and by the memory that is free now. */
export function localJobs(memoryBytes: number): number {
  return cellsThatFit(memoryBytes, os.availableParallelism(), os.freemem());
}

/** The number of cells with this much memory each (bytes) that fit side by side; a fifth of the memory is left alone. */
export function cellsThatFit(memoryBytes: number, cpus: number, freeBytes: number): number {
  const byMemory = Math.floor((freeBytes * 0.8) / memoryBytes);
  return Math.max(1, Math.min(cpus * localCellsPerCpu, byMemory));
}

/** The number of cells of all runs that the cores of this host carry side by side; each run sees to its memory itself. */
export function localPlaces(): number {
  return os.availableParallelism() * localCellsPerCpu;
}
