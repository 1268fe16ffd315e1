/** The payload that a container's process leaves; memory-cgroups.ts has the same for a bare cgroup. */
export const containerWorkloads = ['kmem', 'page-cache', 'nothing'] as const;
export type ContainerWorkload = (typeof containerWorkloads)[number];

const mebibyte = 1 << 20;

/** Bytes that containers are limited to; dd uses less than one of them. */
const limitBytes = { memory: 256 * mebibyte, kernelMemory: 128 * mebibyte };

/** Limits in bytes, by their names in the API. */
export interface ContainerLimits {
  Memory?: number;
  KernelMemory?: number;
}

/**
 * The limits of a container, as `docker run` calls them. From 17.06 on runc switches the accounting of kernel memory on for every limit of memory
 * (runc PR 1350), before and after only for one of kernel memory.
 */
export const containerLimits = {
  none: {},
  memory: { Memory: limitBytes.memory },
  'kernel-memory': { Memory: limitBytes.memory, KernelMemory: limitBytes.kernelMemory },
} as const satisfies Readonly<Record<string, ContainerLimits>>;
export type ContainerLimit = keyof typeof containerLimits;
