import { typedCommand } from '../core/typed-command.ts';

/**
 * Facts about kernel memory on CentOS 7, for operators: measured in QEMU on 2026-11-25 and 26, on kernels that were built from CentOS' own sources
 * (scenarios/kmem-slab-measured.ts and container-churn-expected.ts have the tables).
 */
const centos7 = {
  leak: '3.10.0-514 (CentOS 7.3) keeps 73 to 321 KB and an id of each removed cgroup whose kernel memory was accounted, until it boots again',
  dockers:
    'docker from 17.06 on has it accounted for every container with a limit of memory (17.06.2, 18.09.0 and 20.10.5 were measured); 1.13.1 only with --kernel-memory; 17.03.2 and 20.10.24 do not for a limit of memory',
  later:
    '3.10.0-1160 (CentOS 7.9) knows nokmem, which is effective there; without it 9 to 28 KB and an id of each cgroup stay',
} as const;

/** Measurements of a parameter, one sentence per line, by its text. */
export const knownOfParameters: Readonly<Record<string, readonly string[]>> = {
  'cgroup.memory=nokmem': [
    '3.10.0-514 (CentOS 7.3) does not know it, ignores it in silence, and leaks as before; cgroup_disable=memory heals there, and so does a docker that does not account kernel memory',
    centos7.later,
    'on 5.10 it heals what kernel memory holds; page cache holds removed cgroups all the same, up to 6.18 at least',
    `${typedCommand('lab', 'kernel', 'inspect', 'VMLINUZ', 'cgroup.memory=nokmem')} says whether a kernel knows it`,
  ],
  'cgroup_disable=memory': [
    'it heals on every kernel that was tried, 3.10.0-514 among them; limits of memory are gone with it, and docker discards -m in silence',
  ],
  slab_nomerge: ['3.10.0-514 (CentOS 7.3) does not know it: slub_nomerge is its name there'],
};

/** Facts that an operator of a host with CentOS 7 has to know before installing another docker. */
export const beforeAnUpgrade: readonly string[] = [
  `Before another docker is installed on CentOS 7: ${centos7.leak}.`,
  `  ${centos7.dockers}.`,
  `  ${centos7.later}.`,
];
