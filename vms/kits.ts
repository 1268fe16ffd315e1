/** Programs of Debian that the lab runs itself, or puts into a guest; no cell sees the rest of it. */
export interface KitRecipe {
  /** Key of the catalogue, and the name of the entry in the cache. */
  name: string;
  suite: string;
  /** Without dependencies: those are apt's to find. */
  packages: readonly string[];
  /** Files, relative to the kit's root, whose digests are recorded and checked. */
  programs: readonly string[];
  /** Patterns of paths that are not unpacked. */
  leftOut: readonly string[];
  /** Free space that making it takes, lists and archives included, rounded up from what was measured (2026-11-22). */
  megabytes: number;
}

const readByPeople = ['usr/share/doc', 'usr/share/man', 'usr/share/info', 'usr/share/locale', 'usr/share/lintian'];

/** Every available kit. */
export const kitRecipes = {
  qemu: {
    name: 'qemu',
    suite: 'bookworm',
    packages: [
      // Emulates a PC; brings SeaBIOS and what loads a kernel.
      'qemu-system-x86',
      // Decompresses kernels and modules: Node has no xz.
      'xz-utils',
    ],
    programs: ['usr/bin/qemu-system-x86_64', 'usr/bin/xz'],
    // QEMU for 32 bits, sound, the fonts of screens, firmware of other machines and of network cards.
    leftOut: [...readByPeople, 'usr/bin/qemu-system-i386', 'usr/libexec', 'usr/share/iso-codes', 'usr/lib/ipxe'],
    megabytes: 300,
  },
  disks: {
    name: 'disks',
    suite: 'bookworm',
    // mke2fs makes the disks of guests without mounting any.
    packages: ['e2fsprogs'],
    programs: ['usr/sbin/mke2fs'],
    leftOut: readByPeople,
    megabytes: 150,
  },
  guest: {
    name: 'guest',
    suite: 'bookworm',
    // Shell and tools of a guest.
    packages: ['busybox-static'],
    programs: ['usr/bin/busybox'],
    leftOut: readByPeople,
    megabytes: 150,
  },
  compiler: {
    name: 'compiler',
    suite: 'bookworm',
    // Compiles what guests run first; a C compiler of 300 KB, at once.
    packages: ['tcc'],
    programs: ['usr/bin/tcc'],
    leftOut: [...readByPeople, 'usr/bin/i386-tcc', 'usr/include'],
    megabytes: 150,
  },
  signatures: {
    name: 'signatures',
    suite: 'bookworm',
    // Checks the signatures of RPMs, where none is installed.
    packages: ['gpgv'],
    programs: ['usr/bin/gpgv'],
    leftOut: readByPeople,
    megabytes: 150,
  },
  checks: {
    name: 'checks',
    suite: 'bookworm',
    // For tests: reads the collector for mistakes, shows its system calls, and asks a daemon for it where the host of a test has no curl.
    packages: ['shellcheck', 'strace', 'curl'],
    programs: ['usr/bin/shellcheck', 'usr/bin/strace', 'usr/bin/curl'],
    leftOut: readByPeople,
    megabytes: 300,
  },
  ssh: {
    name: 'ssh',
    suite: 'bookworm',
    // For tests: a host that is reached by ssh.
    packages: ['openssh-server', 'openssh-client'],
    programs: ['usr/sbin/sshd', 'usr/bin/ssh', 'usr/bin/ssh-keygen'],
    leftOut: readByPeople,
    megabytes: 150,
  },
  redis: {
    name: 'redis',
    suite: 'bookworm',
    // For tests of the fleet: the server that its queues are in.
    packages: ['redis-server', 'redis-tools'],
    programs: ['usr/bin/redis-check-rdb', 'usr/bin/redis-cli'],
    leftOut: readByPeople,
    megabytes: 150,
  },
  chromium: {
    name: 'chromium',
    suite: 'bookworm',
    packages: [
      // Looks at the report as a reader does, where no browser is installed.
      'chromium-headless-shell',
      // Has the signs of the report.
      'fonts-dejavu-core',
    ],
    programs: ['usr/lib/chromium/chromium-headless-shell'],
    leftOut: readByPeople,
    megabytes: 900,
  },
} as const satisfies Record<string, KitRecipe>;

/** Name of a kit. */
export type KitName = keyof typeof kitRecipes;
