import type { RpmPublisherName } from './rpm-publishers.ts';

/** A Debian suite, and the package that always depends on its newest kernel. */
interface DebianOrigin {
  kind: 'debian';
  suite: string;
  package: string;
}

/** RPMs that a publisher keeps for good. */
export interface VaultOrigin {
  kind: 'vault';
  /** Where it was published. */
  base: string;
  /** Paths below that; the image and its modules may be in several packages. */
  files: readonly string[];
  /** The environment variable with another address, or directory by http, that is laid out alike. */
  setting: string;
  /** Whose key has signed them. */
  signedBy: RpmPublisherName;
}

/** Where a kernel comes from. */
export type KernelOrigin = DebianOrigin | VaultOrigin;

/** A kernel that can be booted. Data only: `harness/fetch/kernel.ts` downloads it. */
export interface KernelRecipe {
  /** The level of the factor `kernel`, and the name of the entry in the cache. */
  name: string;
  origin: KernelOrigin;
  /** The reason for its entry, and the source. */
  knownFor: string;
  /** Free space that making it takes, lists and archives included, rounded up from what was measured (2026-11-22). */
  megabytes: number;
}

const cloud = 'linux-image-cloud-amd64';
const generic = 'linux-image-amd64';

const centos = { kind: 'vault', base: 'https://vault.centos.org', setting: 'DOCKERD_LEAK_LAB_CENTOS_VAULT' } as const;
const elrepo = {
  kind: 'vault',
  base: 'https://elrepo.org/linux/kernel/el7/x86_64/RPMS',
  setting: 'DOCKERD_LEAK_LAB_ELREPO',
  signedBy: 'elrepo',
} as const;

function centos7(point: string, release: string): VaultOrigin {
  return { ...centos, signedBy: 'centos-7', files: [`${point}/os/x86_64/Packages/kernel-${release}.x86_64.rpm`] };
}

/**
 * The kernels that users come for, and Debian's, which were seen on its mirrors on 2026-11-22. Debian's cloud flavour boots
 * faster; that of trixie panics in one boot of five without KVM (13 of 68), its generic one in none of ten. CentOS'
 * 3.10.0-514 and 3.10.0-1160 were built from source and measured on 2026-11-26; no address of a vault was tried.
 */
export const kernelRecipes: readonly KernelRecipe[] = [
  {
    name: '3.10.0-514',
    origin: centos7('7.3.1611', '3.10.0-514.el7'),
    knownFor:
      'CentOS 7.3: slab grows by 73 to 321 KB with each cgroup whose kernel memory is accounted; nokmem is ignored in silence (the report; measured)',
    megabytes: 400,
  },
  {
    name: '3.10.0-862',
    origin: centos7('7.5.1804', '3.10.0-862.el7'),
    knownFor: 'CentOS 7.5: kernel memory accounting is still broken (runc 1725 and 1920)',
    megabytes: 450,
  },
  {
    name: '3.10.0-1062',
    origin: centos7('7.7.1908', '3.10.0-1062.el7'),
    knownFor: 'CentOS 7.7: reports that nokmem helps begin here (kubernetes 61937, docker/for-linux 841)',
    megabytes: 450,
  },
  {
    name: '3.10.0-1160',
    origin: centos7('7.9.2009', '3.10.0-1160.el7'),
    knownFor:
      'CentOS 7.9, the last; after Red Hat bug 1507149 (fixed in 3.10.0-1075) it leaks less, 9 to 28 KB a cgroup, and none with nokmem (measured)',
    megabytes: 450,
  },
  {
    name: 'elrepo-4.4',
    origin: { ...elrepo, files: ['kernel-lt-4.4.248-1.el7.elrepo.x86_64.rpm'] },
    knownFor: 'ELRepo for CentOS 7, long-term: the 4.x kernel that was recommended instead of 3.10',
    megabytes: 450,
  },
  {
    name: 'elrepo-5.4',
    origin: { ...elrepo, files: ['kernel-lt-5.4.278-1.el7.elrepo.x86_64.rpm'] },
    knownFor: 'ELRepo for CentOS 7, long-term: its successor',
    megabytes: 500,
  },
  {
    name: '4.18.0',
    origin: {
      ...centos,
      signedBy: 'centos-8',
      files: ['kernel-core', 'kernel-modules'].map(
        (part) => `8.5.2111/BaseOS/x86_64/os/Packages/${part}-4.18.0-348.el8.x86_64.rpm`,
      ),
    },
    knownFor: 'CentOS 8',
    megabytes: 500,
  },
  {
    name: '5.10',
    origin: { kind: 'debian', suite: 'bullseye', package: cloud },
    knownFor: 'kernel memory and page cache hold removed cgroups; nokmem heals the former (measured)',
    megabytes: 400,
  },
  {
    name: '6.1',
    origin: { kind: 'debian', suite: 'bookworm', package: cloud },
    knownFor: 'page cache alone holds removed cgroups, on cgroup v1 and v2 (measured)',
    megabytes: 400,
  },
  {
    name: '6.12',
    origin: { kind: 'debian', suite: 'trixie', package: generic },
    knownFor: 'as 6.1; no memory controller on cgroup v1 (measured)',
    megabytes: 900,
  },
  {
    name: 'rolling',
    origin: { kind: 'debian', suite: 'sid', package: cloud },
    knownFor: 'nothing holds removed cgroups (7.2, measured)',
    megabytes: 500,
  },
];

/** The address of a file in a vault: the publisher's, or below the user's. */
export function vaultAddress({ base, setting }: VaultOrigin, file: string): string {
  return `${(process.env[setting] || base).replace(/\/+$/, '')}/${file}`;
}

/** The kernels of a scenario that needs some, unless the user names others. */
export const defaultKernels: readonly string[] = ['5.10', '6.1', '6.12', 'rolling'];

/** The kernel of a machine that boots one for a scenario of daemons: the steadiest without KVM, and it has cgroup v1. */
export const usualKernel = '6.1';
