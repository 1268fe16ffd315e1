import type { Cell } from '../core/cell.ts';

/** The facts about a scenario, beside its cells, that a maintainer has to know. */
export interface Subject {
  scenario: string;
  /** The project that could fix it. */
  tracker: string;
  title: string;
  /** The behaviour of a cell with the bug, for readers who do not know this lab: no more than its judge checks. */
  happens: string;
  /** The manual steps, from the levels of the cell; empty where only a script or the lab shows the bug. */
  steps: (cell: Cell) => string[];
  /** Likely objections of a maintainer, with the answers. */
  caveat?: string;
  /** The expected behaviour, for readers who do not know this lab. */
  expected: string;
  /** Commits and pull requests that are suspected, or have mended it in some version; each says which, and whether that is certain. */
  commits: readonly string[];
}

/** The remains of a process, by the level of `workload`. */
const leaves: Readonly<Record<string, string>> = {
  kmem: 'write 4096 bytes into a pipe that a process outside of the cgroup holds open',
  'page-cache': 'write a file of 4096 bytes on a tmpfs, and leave it there',
  'files-kept':
    'make 6 empty files on a tmpfs, wait 20 ms or more, make 54 more, leave all there, and wait 100 ms before the directory is removed',
  'objects-freed':
    'use pipes, sockets and files, close and remove them all, and remove the directory as soon as the shell has ended',
  shell: 'run some commands and pipes, remove their files, and remove the directory as soon as the shell has ended',
};

/** The request of an abandoned call, by the level of `endpoint`. */
const abandoned: Readonly<Record<string, string>> = {
  attach:
    "curl -s -N -m 5 -X POST --unix-socket /var/run/docker.sock 'http://docker/containers/c1/attach?stream=1&stdout=1&stderr=1'",
  'attach-websocket':
    "curl -s -N -m 5 --unix-socket /var/run/docker.sock -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Origin: http://docker' " +
    "-H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==' 'http://docker/containers/c1/attach/ws?stream=1&stdout=1&stderr=1'",
  pull: "curl -s -N -m 5 -X POST --unix-socket /var/run/docker.sock 'http://docker/images/create?fromImage=127.0.0.1:5000/stalled&tag=t1', with a registry there that accepts connections and never answers a request for a manifest",
};

/** Scenarios whose bug can be shown to upstream. */
export const subjects: readonly Subject[] = [
  {
    scenario: 'netns-restore',
    tracker: 'moby',
    title: 'Live-restored containers lose their network namespace when dockerd runs in a mount namespace of its own',
    happens:
      'after the restart the containers run on, but what the daemon has at their `NetworkSettings.SandboxKey` is an empty file and no longer a bind mount ' +
      'of their network namespace. It cannot restore their sandboxes, and their endpoints and stats go wrong as the table of what was measured shows.',
    steps: ({ mountFlags = 'slave' }) => [
      'Stop docker and containerd, so that nothing is at `/run/containerd/containerd.sock` and dockerd starts a containerd of its own',
      `As a unit with \`MountFlags=${mountFlags}\` would, on a host whose \`/\` is shared: \`unshare --mount --propagation ${mountFlags} dockerd --live-restore &\``,
      '`docker run -d --name c1 busybox sleep 1d`',
      "`nsenter --target $(pidof dockerd) --mount stat -f -c %t $(docker inspect -f '{{.NetworkSettings.SandboxKey}}' c1)` gives `6e736673`, an nsfs; before Linux 3.19 `9fa0`, a proc",
      'End that dockerd with SIGTERM, and start it again by the same command: c1 is still running',
      'The same `nsenter` gives another file system now, and the daemon’s log has “failed to create osl sandbox while trying to restore sandbox”',
    ],
    caveat:
      'Only a dockerd that starts its own containerd is concerned, as all did up to 18.06: where containerd is a unit of its own, outside of the mount namespace ' +
      'of dockerd, containers do not start with such MountFlags. Those from before the flags can still be restarted, and lose their namespace then at the next restart of dockerd.',
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
    happens:
      'while the collector waits for containerd, each `GET /containers/…/stats?stream=false` stays open without an answer, and dockerd keeps a file descriptor, ' +
      'two goroutines and the memory of both until the client closes the connection. A client without a time-out never does.',
    steps: () => [
      '`docker run -d --name c1 busybox sleep 1d`, and `ls /proc/$(pidof dockerd)/fd | wc -l`',
      '`kill -STOP $(pidof containerd)`, of the containerd that this dockerd uses',
      "`for i in $(seq 100); do curl -s --unix-socket /var/run/docker.sock 'http://docker/containers/c1/stats?stream=false' >/dev/null & done`",
      'Seconds later no curl has ended, and `ls /proc/$(pidof dockerd)/fd | wc -l` gives 100 more',
      '`kill -CONT $(pidof containerd)`: all calls are answered, and the files are gone',
    ],
    caveat:
      'SIGSTOP to containerd stands for anything that keeps a collector from finishing; how often that happens by itself was not measured.',
    expected:
      'A non-stream stats call ends by itself when no sample comes within some time, and its connection and goroutines are released.',
    commits: [
      'Suspected: a non-stream stats request waits for a publication of the collector without any limit of time (moby issues 39523 and 36281).',
    ],
  },
  {
    scenario: 'abandoned-calls',
    tracker: 'moby',
    title:
      'dockerd keeps a connection and goroutines for each abandoned attach by websocket, and for each abandoned pull',
    happens:
      'a client makes a call that waits, and closes the connection. dockerd keeps its end of the connection and the goroutines that work on the call until ' +
      'the container ends, or the registry: a container that prints nothing keeps them for as long as it runs.',
    steps: ({ endpoint = 'attach' }) => {
      const request = Object.hasOwn(abandoned, endpoint) ? abandoned[endpoint] : undefined;
      if (request === undefined) return [];
      return [
        '`docker run -d --name c1 busybox sleep 1d`, and `ls /proc/$(pidof dockerd)/fd | wc -l`',
        `A hundred times: \`${request}\``,
        'Every curl has ended, and `ls /proc/$(pidof dockerd)/fd | wc -l` gives 100 more or 200 more',
        '`docker rm -f c1`, or the end of the registry: the files are gone',
      ];
    },
    expected: 'dockerd ends a call when its client has closed the connection, and releases what the call held.',
    commits: [
      'Attach: mended for the plain connection by moby PR 45052 (issues 37182 and 48236), which leaves attach by websocket as it was.',
      'Pull: suspected, a request to the registry does not have the context of the call (distribution PRs 2905 and 3711).',
    ],
  },
  {
    scenario: 'exec-churn',
    tracker: 'containerd',
    title: 'containerd and its shim keep some bytes of each exec that has ended',
    happens:
      'execs of a program that ends at once are run one after the other in one container. The memory of the shim that belongs to no file, and the heap of containerd after a garbage ' +
      'collection, grow in a straight line with them, though no descriptor, thread or goroutine stays.',
    steps: () => [
      '`docker run -d --name c1 busybox sleep 1d`, and a thousand times `docker exec c1 true`, until the heaps are warm',
      'Note `Anonymous` in `/proc/$(pidof containerd-shim-runc-v2)/smaps_rollup`, and `HeapAlloc` at the end of `/debug/pprof/heap?debug=1&gc=1` on the debug socket of containerd',
      'A hundred thousand times: `docker exec c1 true`; it takes some hours',
      'Note both again: the first has grown by 3 to 4 MB, of which a third comes back within a minute, the second by some 370 KB, which stays',
    ],
    caveat:
      'A thousand execs show nothing, as the heaps of both move by more than that. The script calls the shim by resizes of a terminal that is not there, as an exec calls it several times, and gives its Go a memory limit, ' +
      'so that what is free does not hide what is kept. 120,000 of them left 1.8 bytes each on 26.1.5 and 28.5.2. It is a race: how often a call loses it differs from host to host. Of an exec, reports have 10 to 50 bytes in the shim.',
    expected: 'Nothing of an exec stays in the shim or in containerd when it has ended and was deleted.',
    commits: [
      'Reported for shims: containerd issue 13561 and ttrpc issue 236. Suspected there: an entry of the table of streams of ttrpc is removed before it is added (ttrpc PR 241 proposes a lock).',
      'Growth of the heap of containerd itself was not found in either report; that it has the same cause is suspected, as it serves ttrpc to the shims.',
    ],
  },
  {
    scenario: 'stats-leak',
    tracker: 'moby',
    title: 'Stats of a container without a network namespace never end, and each call is kept',
    happens:
      'a stats call of a running container whose network namespace the daemon has lost is not answered, and the daemon keeps its connection for as long as the client waits.',
    steps: () => [],
    expected: 'A stats call of such a container is answered with an error, and nothing of it is kept.',
    commits: ['Mended so far that nothing hangs: moby PR 34188 (a sandbox that is not found counts as not found).'],
  },
  {
    scenario: 'mount-busy',
    tracker: 'centos',
    title: 'docker rm fails with “device or resource busy” when another mount namespace has a copy of the mount',
    happens: 'the directory that the mount stands on cannot be removed while the other namespace lives.',
    steps: () => [],
    expected: 'The directory is removed and the mount is detached from the other namespace, as by Linux since 3.18.',
    commits: [
      'Mended in Linux 3.18 by commit 8ed936b5671b; in RHEL 7.4 by the switch fs.may_detach_mounts (moby PR 34863).',
    ],
  },
  {
    scenario: 'kmem-slab',
    tracker: 'linux',
    title: 'Removed memory cgroups stay in the kernel for as long as anything is charged to them',
    happens:
      'each memory cgroup that was made, used by one process and removed is still counted by the kernel, with its memory, for as long as the thing exists that its process left behind. ' +
      'Reclaim (`drop_caches`) is reported below; so is what removing that thing gives back.',
    steps: ({ workload = 'kmem', kmem = 'on' }) => [
      'Note the number of memory cgroups: the third column of `memory` in `/proc/cgroups` (cgroup v1), or `nr_dying_descendants` in `cgroup.stat` of the root (v2)',
      'Make a directory in the hierarchy of the memory controller' +
        (kmem === 'on' ? ' (v1: write 1073741824 into its `memory.kmem.limit_in_bytes`)' : '') +
        ', and start a shell that writes its pid into the `cgroup.procs` there',
      `In that shell, ${Object.hasOwn(leaves, workload) ? leaves[workload] : workload}`,
      'When it has ended, remove the directory, and do it all again, e.g. 100 times',
      'The number has grown by one each time, though all directories are gone; on 3.10, where it does not, there is one id more in the names `cache(ID:cgroup)` of `/sys/kernel/slab`',
    ],
    expected: 'What is still charged to a removed cgroup is charged to its parent instead, and the cgroup is freed.',
    commits: [
      'Kernel memory: mended by the object-cgroup series of 5.9 to 5.11 (reparenting of slab objects; pages of kernel memory since 5.11), suspected from the kernels that were measured.',
      'Copies of slab caches: 3.10 (CentOS 7.3) keeps them for good where kernel memory is accounted; smaller on CentOS 7.9, gone with files that hold them on 4.4 (measured).',
      'Page cache: mended before 7.2, by reparenting of LRU folios, suspected from the kernels that were measured.',
    ],
  },
  {
    scenario: 'container-churn',
    tracker: 'linux',
    title: 'Every container that is run and removed leaves a memory cgroup in the kernel',
    happens:
      'for each container that was run and removed, one memory cgroup more is counted by the kernel, or on 3.10 one id more is in the names of its copied slab caches.',
    steps: () => [],
    expected: 'A removed container leaves nothing in the kernel.',
    commits: ['As for bare memory cgroups.'],
  },
];

/** The facts about a scenario's bug; undefined for scenarios without one. */
export function subjectOf(scenario: string): Subject | undefined {
  return subjects.find((one) => one.scenario === scenario);
}
