import type { RemedyAdvice } from './finding.ts';

/** The effect of a boot parameter on a kernel, as the scenarios measured it. */
export type ParameterFate = 'effective' | 'ignored' | undefined;

/** A dying memory cgroup: its unreclaimable bytes, and what may hold it. */
export interface DyingCgroup {
  /** Bytes that do not depend on the CPUs. */
  base: number;
  /** Bytes for each possible CPU. */
  perCpu: number;
  holders: readonly ('kernel-memory' | 'page-cache' | 'tmpfs')[];
}

/** The measurements of the scenarios, for the rules, which hold no facts of their own about dockers and kernels. */
export interface Knowledge {
  /** The answer to a stats call of a container with a lost namespace; undefined where it is not known. */
  lostAnswer: (version: string) => { answer: 'hangs' | 'zeroed'; reference: string } | undefined;
  /** Remedies of lost namespaces, best first. */
  remediesOfLoss: (answer: 'hangs' | 'zeroed') => RemedyAdvice[];
  /** Whether a docker build keeps abandoned attaches; undefined where it was not measured. */
  attachFault: (version: string) => { keeps: boolean; fixedIn: string } | undefined;
  /** Whether a docker has kernel memory accounted for containers with a limit of memory; undefined where it was not measured. */
  accountsKernelMemory: (version: string) => boolean | undefined;
  /** Whether a kernel keeps slab caches of removed cgroups whose kernel memory was accounted; undefined where it was not measured. */
  keepsSlabs: (release: string) => boolean | undefined;
  parameterFate: (release: string, parameter: 'nokmem' | 'disable-memory') => ParameterFate;
  /** The cost of a dying memory cgroup on a kernel; undefined where it was not measured. */
  dyingCgroup: (release: string) => DyingCgroup | undefined;
  remediesOfKernelMemory: (release: string) => RemedyAdvice[];
  /** The name of the docker build in the catalogue that is nearest to a version. */
  nearestBuild: (version: string) => string;
  /** The name of the kernel in the catalogue that is nearest to a release. */
  nearestKernel: (release: string) => string;
}
