import type { Profile } from '../store/night-record.ts';

/** A part of the matrix: cells of one scenario on one kind of machine. */
export interface NightPart {
  name: string;
  /** The smallest profile that has it. */
  profile: Profile;
  scenario: string;
  machine: string;
  /** The scenario's own where it is left out. */
  daemons?: readonly string[];
  kernels?: readonly string[];
  only?: readonly string[];
  /** The attempts per cell; more than one where a verdict is statistical and the night has the time. */
  repeat?: number;
  /** The duration with warm caches, measured on 2026-11-22: orders a night without a history. */
  seconds: number;
}

const restarted = 'liveRestore=on,starts=restarted';

/**
 * The nightly matrix: which combinations are tried, on what, and from which profile on. `quick` has each claim once, with its cause and
 * without; `nightly` what the scenarios have as their defaults, on every kind of machine; `full` what takes hours or has to be downloaded.
 */
export const nightParts: readonly NightPart[] = [
  {
    name: 'netns-restore, cause and control',
    profile: 'quick',
    scenario: 'netns-restore',
    machine: 'local',
    daemons: ['20.10.24', '26.1.5'],
    only: [`mountFlags=slave,unset,${restarted}`],
    seconds: 21,
  },
  { name: 'mount-busy', profile: 'quick', scenario: 'mount-busy', machine: 'local', seconds: 10 },
  {
    name: 'stats-leak, replica',
    profile: 'quick',
    scenario: 'stats-leak',
    machine: 'local',
    daemons: ['replica'],
    only: ['client=agent-1.20,timeout-cancel'],
    seconds: 45,
  },
  {
    name: 'collector-stall, cause and control',
    profile: 'quick',
    scenario: 'collector-stall',
    machine: 'local',
    daemons: ['20.10.24'],
    only: ['client=agent-1.20'],
    seconds: 40,
  },
  {
    name: 'kmem-slab on 5.10, cause and control',
    profile: 'quick',
    scenario: 'kmem-slab',
    machine: 'microvm',
    kernels: ['5.10'],
    only: ['bootParameters=none,nokmem,workload=kmem,nothing'],
    seconds: 25,
  },
  { name: 'netns-restore', profile: 'nightly', scenario: 'netns-restore', machine: 'local', seconds: 140 },
  {
    name: 'netns-restore, later systemd',
    profile: 'nightly',
    scenario: 'netns-restore',
    machine: 'local',
    daemons: ['20.10.24'],
    only: [`systemd=240,252,mountFlags=shared,slave,${restarted}`],
    seconds: 25,
  },
  { name: 'stats-leak', profile: 'nightly', scenario: 'stats-leak', machine: 'local', repeat: 2, seconds: 90 },
  {
    name: 'stats-leak, real clients',
    profile: 'nightly',
    scenario: 'stats-leak',
    machine: 'local',
    daemons: ['replica'],
    only: ['client=docker-cli,python-docker,dockerode'],
    seconds: 70,
  },
  { name: 'collector-stall', profile: 'nightly', scenario: 'collector-stall', machine: 'local', seconds: 120 },
  { name: 'remedies', profile: 'nightly', scenario: 'remedies', machine: 'local', seconds: 190 },
  { name: 'boot-parameter', profile: 'nightly', scenario: 'boot-parameter', machine: 'microvm', seconds: 100 },
  { name: 'kmem-slab', profile: 'nightly', scenario: 'kmem-slab', machine: 'microvm', seconds: 270 },
  { name: 'memcg-ids', profile: 'nightly', scenario: 'memcg-ids', machine: 'microvm', seconds: 55 },
  {
    name: 'netns-restore in a container',
    profile: 'nightly',
    scenario: 'netns-restore',
    machine: 'container',
    daemons: ['20.10.24'],
    only: [`mountFlags=slave,unset,${restarted}`],
    seconds: 60,
  },
  {
    name: 'netns-restore on another kernel',
    profile: 'nightly',
    scenario: 'netns-restore',
    machine: 'microvm',
    daemons: ['20.10.24'],
    kernels: ['5.10'],
    only: [`mountFlags=slave,unset,${restarted}`],
    seconds: 100,
  },
  {
    name: 'container-churn, cause and control',
    profile: 'nightly',
    scenario: 'container-churn',
    machine: 'microvm',
    kernels: ['5.10'],
    only: ['bootParameters=none,nokmem,workload=kmem,nothing'],
    seconds: 150,
  },
  {
    name: 'container-churn',
    profile: 'full',
    scenario: 'container-churn',
    machine: 'microvm',
    kernels: ['5.10', '6.1'],
    seconds: 550,
  },
  {
    name: 'netns-restore, every docker',
    profile: 'full',
    scenario: 'netns-restore',
    machine: 'local',
    daemons: [
      '1.12.6',
      '1.13.1',
      '17.03.2',
      '17.06.2',
      '17.12.1',
      '18.06.3',
      '18.09.9',
      '19.03.8',
      '20.10.5',
      'rolling',
    ],
    seconds: 900,
  },
  {
    name: 'stats-leak, every docker up to 17.12',
    profile: 'full',
    scenario: 'stats-leak',
    machine: 'local',
    daemons: ['1.12.6', '1.13.1', '17.03.2', '17.06.2', '17.12.1'],
    repeat: 2,
    seconds: 600,
  },
  {
    name: 'kmem-slab on CentOS 7',
    profile: 'full',
    scenario: 'kmem-slab',
    machine: 'microvm',
    kernels: ['3.10.0-514', '3.10.0-862', '3.10.0-1062', '3.10.0-1160', 'elrepo-4.4'],
    // Before 4.5 there is a choice; later kernel memory is always accounted.
    only: ['kmem=on,off,workload=kmem,page-cache,files-kept,objects-freed,shell,nothing'],
    seconds: 2400,
  },
  {
    name: 'kmem-slab on CentOS 8 and ELRepo 5.4',
    profile: 'full',
    scenario: 'kmem-slab',
    machine: 'microvm',
    kernels: ['elrepo-5.4', '4.18.0'],
    seconds: 400,
  },
  {
    name: 'container-churn on CentOS 7.3',
    profile: 'full',
    scenario: 'container-churn',
    machine: 'microvm',
    daemons: ['1.13.1', '17.03.2', '17.06.2', '20.10.5', '20.10.24'],
    kernels: ['3.10.0-514'],
    only: ['limit=none,memory,workload=nothing'],
    seconds: 1200,
  },
  {
    name: 'netns-restore on boxes',
    profile: 'full',
    scenario: 'netns-restore',
    machine: 'vagrant',
    daemons: ['20.10.24'],
    only: [`systemd=252,mountFlags=slave,unset,${restarted}`],
    seconds: 330,
  },
  {
    name: 'memcg-ids to the limit',
    profile: 'full',
    scenario: 'memcg-ids',
    machine: 'microvm',
    only: ['dose=full'],
    seconds: 1800,
  },
];
