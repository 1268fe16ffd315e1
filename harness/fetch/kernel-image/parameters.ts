import type { ParameterClaim } from '../../evidence/boot-parameter-claim.ts';

/** A boot parameter that operators are advised to set, and the strings in a kernel that knows it. */
interface KnownParameter {
  /** As it is written on a command line, without its value. */
  name: string;
  /** Any of these: names have changed. They are what `__setup` and `early_param` keep, and values what is compared with. */
  strings: readonly string[];
  /** Values that are known by strings of their own. */
  values: readonly string[];
  /** Its effect, and since which version. */
  about: string;
}

/** The parameters of memory cgroups and slabs. */
const parameterTable: readonly KnownParameter[] = [
  {
    name: 'cgroup.memory=',
    strings: ['cgroup.memory='],
    values: ['nokmem', 'nosocket', 'nobpf'],
    about: 'leaves kernel memory (4.5), sockets (4.4) or BPF (6.3) out of the accounting of memory cgroups',
  },
  {
    name: 'cgroup_disable=',
    strings: ['cgroup_disable='],
    values: [],
    about: 'leaves a controller out, e.g. memory (2.6.25)',
  },
  {
    name: 'cgroup_enable=',
    strings: ['cgroup_enable='],
    values: [],
    about: 'of Debian and others, where the memory controller was off unless it was asked for',
  },
  {
    name: 'swapaccount=',
    strings: ['swapaccount=', 'swapaccount'],
    values: [],
    about: 'the accounting of swap; without effect since 6.2',
  },
  {
    name: 'slub_debug',
    strings: ['slub_debug', 'slab_debug'],
    values: [],
    about: 'checks of the slab allocator',
  },
  {
    name: 'slab_nomerge',
    strings: ['slab_nomerge'],
    values: [],
    about: 'keeps slab caches apart that could share their pages (3.18)',
  },
  {
    name: 'slub_nomerge',
    strings: ['slub_nomerge'],
    values: [],
    about: 'the same, by its name until 3.18, and still known since',
  },
];

/** Which of the table a decompressed kernel really knows. */
export function knownParameters(vmlinux: Buffer): ParameterClaim[] {
  return parameterTable.flatMap(({ name, strings, values }) => [
    claim(name, find(vmlinux, strings), strings),
    ...values.map((value) => claimOf(vmlinux, `${name}${value}`)),
  ]);
}

/** Programs that read words of the command line themselves, by how those begin; the kernel ignores them and hands them on. */
const ofUserSpace: readonly (readonly [prefix: string, reader: string])[] = [
  ['systemd.', 'systemd'],
  ['rd.', 'the initramfs (dracut)'],
  ['udev.', 'udev'],
  ['luks.', 'systemd'],
  ['fsck.', 'systemd'],
  ['vconsole.', 'systemd'],
  ['ostree=', 'ostree'],
  ['ignition.', 'Ignition'],
];

/** A word of a command line that is a program's, and the program; undefined for the kernel's own. */
function readerOf(parameter: string): string | undefined {
  return ofUserSpace.find(([prefix]) => parameter.startsWith(prefix))?.[1];
}

/**
 * As {@link claimOf}, for each value of a parameter with several: the kernel takes `cgroup.memory=nokmem,nosocket` apart at the comma, and
 * ignores those that it does not know one by one.
 */
export function claimsOf(vmlinux: Buffer, parameter: string): ParameterClaim[] {
  const [, name = '', value = ''] = /^([^=]+=)(.*)$/.exec(parameter) ?? [];
  const hasValues = parameterTable.some((one) => one.name === name && one.values.length > 0);
  if (!hasValues || !value.includes(',')) return [claimOf(vmlinux, parameter)];
  return value.split(',').map((one) => claimOf(vmlinux, `${name}${one}`));
}

/**
 * Whether a decompressed kernel knows a parameter as it stands on a command line: its name up to the `=`, and each of its
 * values that is a word of its own. `cgroup.memory=nokmem` is known by two strings, `cgroup.memory=` and `nokmem`. A name
 * that is not in the table is looked for as it is.
 */
export function claimOf(vmlinux: Buffer, parameter: string): ParameterClaim {
  const [, name = parameter, value] = /^([^=]+=?)(.*)$/.exec(parameter) ?? [];
  const reader = readerOf(parameter);
  if (reader !== undefined) {
    return {
      parameter,
      known: false,
      reader,
      evidence: `it is not the kernel's: ${reader} reads it from /proc/cmdline`,
    };
  }
  const known = parameterTable.find((one) => one.name === name);
  const named = find(vmlinux, known?.strings ?? [name]);
  if (!named || !value || !known || known.values.length === 0) return claim(parameter, named, known?.strings ?? [name]);
  return claim(parameter, find(vmlinux, [value]), [value]);
}

interface Found {
  text: string;
  offset: number;
}

/** Strings of C end with a NUL, and begin after one: `nokmem` is not found in a longer word. */
function find(vmlinux: Buffer, strings: readonly string[]): Found | undefined {
  for (const text of strings) {
    const at = vmlinux.indexOf(Buffer.from(`\0${text}\0`, 'latin1'));
    if (at >= 0) return { text, offset: at + 1 };
  }
  return undefined;
}

function claim(parameter: string, found: Found | undefined, strings: readonly string[]): ParameterClaim {
  if (found) {
    const evidence = `the image has the string "${found.text}" at 0x${found.offset.toString(16)}`;
    return { parameter, known: true, offset: found.offset, evidence };
  }
  const missing = strings.map((text) => `"${text}"`).join(' or ');
  return { parameter, known: false, evidence: `the image has no string ${missing}` };
}
