/** Where a kernel comes from. */
type KernelOrigin = {
  kind: 'debian';
  suite: string;
  /** The package that always depends on the newest kernel of the suite. */
  package: string;
};

/** A kernel that can be booted. Data: how it is obtained is the business of `obtain/kernel.ts`. */
export interface KernelRecipe {
  /** The level of the factor `kernel`, and the name of the entry in the cache. */
  name: string;
  origin: KernelOrigin;
  /** Free space that making it takes, lists and archives included, rounded up from what was measured (2026-11-22). */
  megabytes: number;
}

const cloud = 'linux-image-cloud-amd64';
const generic = 'linux-image-amd64';

/**
 * Kernels that Debian's mirrors have, seen there on 2026-11-22. The cloud flavour boots faster; that of trixie panics in
 * one boot of five without KVM (13 of 68), its generic one in none of ten.
 */
export const kernelRecipes: readonly KernelRecipe[] = [
  { name: '5.10', origin: { kind: 'debian', suite: 'bullseye', package: cloud }, megabytes: 400 },
  { name: '6.1', origin: { kind: 'debian', suite: 'bookworm', package: cloud }, megabytes: 400 },
  { name: '6.12', origin: { kind: 'debian', suite: 'trixie', package: generic }, megabytes: 900 },
  { name: 'rolling', origin: { kind: 'debian', suite: 'sid', package: cloud }, megabytes: 500 },
];

/** The kernels of a scenario that needs some, unless the user names others. */
export const defaultKernels: readonly string[] = ['5.10', '6.1', '6.12', 'rolling'];

/** The kernel of a machine that boots one for a scenario of daemons: the steadiest without KVM, and it has cgroup v1. */
export const usualKernel = '6.1';
