import type { Package } from './debian.ts';

/** Programs of Debian that the lab runs itself, or puts into a guest; no cell sees the rest of it. */
export interface KitRecipe {
  /** Key of the catalogue, and the name of the entry in the cache. */
  name: string;
  suite: string;
  /** Without dependencies: those are apt's to find. */
  packages: readonly Package[];
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
      { name: 'qemu-system-x86', why: 'emulates a PC; brings SeaBIOS and what loads a kernel' },
      { name: 'xz-utils', why: 'decompresses kernels and modules: Node has no xz' },
    ],
    programs: ['usr/bin/qemu-system-x86_64', 'usr/bin/xz'],
    // QEMU for 32 bits, sound, the fonts of screens, firmware of other machines and of network cards.
    leftOut: [...readByPeople, 'usr/bin/qemu-system-i386', 'usr/libexec', 'usr/share/iso-codes', 'usr/lib/ipxe'],
    megabytes: 300,
  },
  disks: {
    name: 'disks',
    suite: 'bookworm',
    packages: [{ name: 'e2fsprogs', why: 'mke2fs makes the disks of guests without mounting any' }],
    programs: ['usr/sbin/mke2fs'],
    leftOut: readByPeople,
    megabytes: 150,
  },
  guest: {
    name: 'guest',
    suite: 'bookworm',
    packages: [{ name: 'busybox-static', why: 'shell and tools of a guest' }],
    programs: ['usr/bin/busybox'],
    leftOut: readByPeople,
    megabytes: 150,
  },
  compiler: {
    name: 'compiler',
    suite: 'bookworm',
    packages: [{ name: 'tcc', why: 'compiles what guests run first; a C compiler of 300 KB, at once' }],
    programs: ['usr/bin/tcc'],
    leftOut: [...readByPeople, 'usr/bin/i386-tcc', 'usr/include'],
    megabytes: 150,
  },
  chromium: {
    name: 'chromium',
    suite: 'bookworm',
    packages: [
      { name: 'chromium-headless-shell', why: 'looks at the report as a reader does, where no browser is installed' },
      { name: 'fonts-dejavu-core', why: 'has the signs of the report' },
    ],
    programs: ['usr/lib/chromium/chromium-headless-shell'],
    leftOut: readByPeople,
    megabytes: 900,
  },
} as const satisfies Record<string, KitRecipe>;

/** Name of a kit. */
export type KitName = keyof typeof kitRecipes;
