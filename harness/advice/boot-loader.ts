import { knownOfParameters } from './kernel-memory.ts';
import { shellCommand } from '../core/shell-command.ts';
import { bootWord } from './boot-word.ts';
import { typedCommand } from '../core/typed-command.ts';

/** The way a family of distributions stores the kernel's command line. */
interface BootLoader {
  name: string;
  /** Values of ID and ID_LIKE of os-release(5), each with the versions that it is meant for. */
  distributions: readonly RegExp[];
  /** Commands that add words, that take them away again. */
  add: (words: string) => string[];
  remove: (words: string) => string[];
}

/** Text as it stands between double quotes in a file that a shell reads, as /etc/default/grub is. */
const inQuotes = (text: string): string => text.replaceAll(/["$`\\]/g, '\\$&');

/** Text that the `s` command of sed takes for itself, with `|` around it: as a pattern, and as what takes its place. */
const pattern = (text: string): string => text.replaceAll(/[\\|.*[\]^$]/g, '\\$&');
const replacement = (text: string): string => text.replaceAll(/[\\|&]/g, '\\$&');

const edit = (words: string, what: 'add' | 'remove'): string => {
  const text = inQuotes(words);
  const script = what === 'add' ? `s|^GRUB_CMDLINE_LINUX="|&${replacement(text)} |` : `s|${pattern(text)} ||`;
  return shellCommand(['sed', '-i', script, '/etc/default/grub']);
};

const grubby = {
  add: (words: string) => [shellCommand(['grubby', '--update-kernel=ALL', `--args=${words}`])],
  remove: (words: string) => [shellCommand(['grubby', '--update-kernel=ALL', `--remove-args=${words}`])],
};

const grub2 = (make: string) => ({
  add: (words: string) => [edit(words, 'add'), make],
  remove: (words: string) => [edit(words, 'remove'), make],
});

/** A file with the command line in one line, which the firmware of a Raspberry Pi reads. */
const oneLine = (file: string) => ({
  add: (words: string) => [shellCommand(['sed', '-i', `1s|$| ${replacement(words)}|`, file])],
  remove: (words: string) => [shellCommand(['sed', '-i', `1s| ${pattern(words)}||`, file])],
});

/** Distributions whose /usr is read-only take words one by one. */
const perWord = (command: readonly string[], flag: string) => (words: string) => [
  shellCommand([...command, ...words.split(' ').map((word) => `${flag}=${word}`)]),
];

const flatcar = '/usr/share/oem/grub.cfg';
const appended = (words: string): string => `set linux_append="$linux_append ${inQuotes(words)}"`;

/** First match counts: by the variant where that decides, then by the distribution. */
const bootLoaders: readonly BootLoader[] = [
  // Its ID_LIKE is coreos.
  {
    name: 'Flatcar, with its OEM partition',
    distributions: [/^flatcar$/],
    add: (words) => [`${shellCommand(['echo', appended(words)])} >> ${flatcar}`],
    remove: (words) => [shellCommand(['sed', '-i', `\\|${pattern(words)}|d`, flatcar])],
  },
  {
    name: 'Fedora CoreOS and other hosts of rpm-ostree',
    distributions: [/^(?:coreos|rhcos|silverblue|kinoite|iot)$/],
    add: perWord(['rpm-ostree', 'kargs'], '--append-if-missing'),
    remove: perWord(['rpm-ostree', 'kargs'], '--delete-if-present'),
  },
  {
    name: 'openSUSE MicroOS, with transactional-update',
    distributions: [/^(?:opensuse-microos|sle-micro|sl-micro)$/],
    add: (words) => [edit(words, 'add'), 'transactional-update grub.cfg'],
    remove: (words) => [edit(words, 'remove'), 'transactional-update grub.cfg'],
  },
  { name: 'Raspberry Pi OS', distributions: [/^(?:raspbian|raspberry-pi)$/], ...oneLine('/boot/firmware/cmdline.txt') },
  { name: 'Amazon Linux, with grubby', distributions: [/^amzn$/], ...grubby },
  {
    name: 'CentOS, RHEL and Fedora, with grubby',
    distributions: [/^(?:centos|rhel|fedora|rocky|almalinux|ol)$/],
    ...grubby,
  },
  { name: 'Debian and Ubuntu, with update-grub', distributions: [/^(?:debian|ubuntu)$/], ...grub2('update-grub') },
  {
    name: 'SUSE and others, with grub2-mkconfig',
    distributions: [/^(?:suse|opensuse.*|sles)$/],
    ...grub2('grub2-mkconfig -o /boot/grub2/grub.cfg'),
  },
];

/** The commands that make a host boot with parameters; the lab runs none of them. */
export interface BootAdvice {
  distribution: string;
  add: string[];
  /** The check of the effect after the reboot: `/proc/cmdline` proves nothing. */
  check: string[];
  /** Measurements of the parameters, one sentence per line. */
  known: string[];
  remove: string[];
}

/** The evidence that a parameter had an effect, not only that it was set. */
const checks: Readonly<Record<string, readonly string[]>> = {
  'cgroup.memory=nokmem': [
    // A limit is set because kernels before 4.5 account nothing without one: the counter would be 0 with or without nokmem.
    `cgroup v1: d=/sys/fs/cgroup/memory/nokmem-check; mkdir $d && echo 1073741824 >$d/memory.kmem.limit_in_bytes && sh -c 'echo $$ >$0/cgroup.procs; ls / >/dev/null; cat $0/memory.kmem.max_usage_in_bytes' $d; rmdir $d   # 0`,
    'cgroup v2: grep -w kernel /sys/fs/cgroup/system.slice/memory.stat   # kernel 0',
  ],
  // Kernels without CONFIG_MEMCG_V1 have no row for memory though it is enabled.
  'cgroup_disable=memory': [
    'cgroup v1: grep memory /proc/cgroups   # the last column is 0',
    'cgroup v2: grep -cw memory /sys/fs/cgroup/cgroup.controllers   # 0',
  ],
};

/**
 * The commands for the distribution that an os-release(5) names; those of grub2-mkconfig where it names none that is known.
 *
 * @param given the parameters, as they stand on a command line
 * @param isRaspberryPi whether the firmware reads a cmdline.txt: Raspberry Pi OS calls itself Debian
 * @throws {UsageError} for what is none: see {@link bootWord}
 */
export function adviseBoot(
  osRelease: string,
  given: readonly string[],
  { isRaspberryPi = false }: { isRaspberryPi?: boolean } = {},
): BootAdvice {
  const words = given.map(bootWord);
  const field = (name: string) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? '';
  const ids = [
    isRaspberryPi ? 'raspberry-pi' : '',
    field('VARIANT_ID'),
    field('ID'),
    ...field('ID_LIKE').split(' '),
  ].filter(Boolean);
  const found = bootLoaders.find(({ distributions }) => distributions.some((one) => ids.some((id) => one.test(id))));
  const { name, add, remove } = found ?? {
    name: 'another distribution, with grub2-mkconfig',
    ...grub2('grub2-mkconfig -o /boot/grub2/grub.cfg'),
  };
  const all = words.join(' ');
  return {
    distribution: name,
    add: [...add(all), 'reboot'],
    check: words.flatMap(
      (word) =>
        (Object.hasOwn(checks, word) ? checks[word] : undefined) ?? [
          `${word}: measure its effect; ${typedCommand('scenario', 'boot-parameter')} shows how`,
        ],
    ),
    known: words.flatMap(
      (word) => (Object.hasOwn(knownOfParameters, word) ? knownOfParameters[word] : undefined) ?? [],
    ),
    remove: [...remove(all), 'reboot'],
  };
}
