/** What a maintainer has to know of a scenario beside its cells. */
export interface Subject {
  scenario: string;
  /** Who could mend it. */
  tracker: string;
  title: string;
  /** What should be instead, for somebody who has never heard of this lab. */
  expected: string;
  /** Commits and pull requests that are suspected, or have mended it in some version; each says which, and whether that is certain. */
  commits: readonly string[];
}

/** Scenarios whose bug can be shown to upstream. */
export const subjects: readonly Subject[] = [
  {
    scenario: 'netns-restore',
    tracker: 'moby',
    title: 'Live-restored containers lose their network namespace when dockerd runs in a mount namespace of its own',
    expected:
      'After a restart with live-restore the daemon still has the network namespace, the endpoint and the address of each running container; ' +
      'or it refuses to start, or says in its log that its mounts are not shared.',
    commits: [
      'Suspected: libnetwork restores a sandbox from its file below `/var/run/docker/netns`, a bind mount that went with the mount namespace of the first daemon; ' +
        'it deletes the sandbox then and releases its address (moby issues 30274 and 29921).',
      'Later dockers do not hang on such a container since its missing sandbox counts as not found (moby PR 34188); the loss itself is not mended by it.',
    ],
  },
  {
    scenario: 'collector-stall',
    tracker: 'moby',
    title: 'A stats call costs dockerd a connection and two goroutines for as long as its collector does not finish',
    expected:
      'A non-stream stats call ends by itself when no sample comes within some time, and its connection and goroutines are let go of.',
    commits: [
      'Suspected: a non-stream stats request waits for a publication of the collector without any limit of time (moby issues 39523 and 36281).',
    ],
  },
  {
    scenario: 'stats-leak',
    tracker: 'moby',
    title: 'Stats of a container without a network namespace never end, and each call is kept',
    expected: 'A stats call of such a container is answered with an error, and nothing of it is kept.',
    commits: ['Mended so far that nothing hangs: moby PR 34188 (a sandbox that is not found counts as not found).'],
  },
  {
    scenario: 'mount-busy',
    tracker: 'centos',
    title: 'docker rm fails with “device or resource busy” when another mount namespace has a copy of the mount',
    expected: 'The directory is removed and the mount is detached from the other namespace, as by Linux since 3.18.',
    commits: [
      'Mended in Linux 3.18 by commit 8ed936b5671b; in RHEL 7.4 by the switch fs.may_detach_mounts (moby PR 34863).',
    ],
  },
  {
    scenario: 'kmem-slab',
    tracker: 'linux',
    title: 'Removed memory cgroups stay in the kernel for as long as anything is charged to them',
    expected: 'What is still charged to a removed cgroup is charged to its parent instead, and the cgroup is freed.',
    commits: [
      'Kernel memory: mended by the object-cgroup series of 5.9 to 5.11 (reparenting of slab objects; pages of kernel memory since 5.11), suspected from the kernels that were measured.',
      'Page cache: mended before 7.2, by reparenting of LRU folios, suspected from the kernels that were measured.',
    ],
  },
  {
    scenario: 'container-churn',
    tracker: 'linux',
    title: 'Every container that is run and removed leaves a memory cgroup in the kernel',
    expected: 'A removed container leaves nothing in the kernel.',
    commits: ['As for bare memory cgroups.'],
  },
];

/** What is known of a scenario's bug; undefined for those that show no bug of anybody's. */
export function subjectOf(scenario: string): Subject | undefined {
  return subjects.find((one) => one.scenario === scenario);
}
