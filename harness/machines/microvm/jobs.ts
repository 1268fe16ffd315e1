import os from 'node:os';

/** An emulated CPU keeps one of the host's busy while it boots; then it mostly waits. */
const vmsPerCpu = 2;

/** The overhead of a VM beside its memory, in bytes: translated code and QEMU itself (measured: 74 MB). */
const ownBytes = 128 << 20;

/** The number of VMs with this much memory (bytes) that run side by side. */
export function microvmJobs(memoryBytes: number): number {
  const byMemory = Math.floor((os.freemem() * 0.8) / (memoryBytes + ownBytes));
  return Math.max(1, Math.min(os.availableParallelism() * vmsPerCpu, byMemory));
}
