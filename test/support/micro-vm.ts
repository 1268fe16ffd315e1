import { quietly } from '../../harness/fetch/cache.ts';
import { fetchKernel } from '../../harness/fetch/kernel.ts';
import { fetchQemu } from '../../harness/fetch/qemu.ts';
import type { Machine } from '../../harness/machine/contract.ts';
import type { MicroVmOptions } from '../../harness/machines/microvm/open.ts';

/** A small guest with a kernel of that name, emulated everywhere; `directory` is for its logs. */
export async function microVmOptions(kernelName: string, directory: string): Promise<MicroVmOptions> {
  const fetching = quietly();
  return {
    qemu: await fetchQemu(fetching),
    acceleration: 'tcg',
    kernel: await fetchKernel(kernelName, fetching),
    bootParameters: ['nokaslr', 'nopti'],
    memoryBytes: 256 << 20,
    cpus: 1,
    cgroupVersion: 1,
    directory,
    fetching,
  };
}

/** The output of a shell script in a guest. */
export async function sh(machine: Machine, script: string): Promise<string> {
  return (await machine.run(['sh', '-c', script])).stdout;
}
