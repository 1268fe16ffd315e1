import test from 'ava';
import { knowledge } from '../../../scenarios/common/diagnosis/knowledge.ts';
import { diagnose, type Diagnosis } from '../../diagnose/diagnose.ts';
import { fakeEvidence, fakeFiles } from '../../diagnose/testing/fake-bundle.ts';
import { hangingHost } from '../../diagnose/testing/hanging-host.ts';
import { plain } from '../style.ts';
import { reportDiagnosis } from './diagnosis-report.ts';
import { reportFleet } from './fleet-report.ts';

const diagnosisOf = (changes: Readonly<Record<string, string | undefined>>): Diagnosis =>
  diagnose(fakeEvidence(changes), knowledge);

test('a host with calls that hang', (t) => {
  t.is(
    reportDiagnosis(diagnosisOf(hangingHost), plain),
    `web-1  docker 1.13.1 · kernel 5.10.0-32-amd64 · Debian GNU/Linux 11 (bullseye) · 2026-11-26T08:00:00Z

This host is affected by 2 problems and exposed to 2 problems; 1 problem could not be decided.

✘ affected  lost network namespaces: dockerd can no longer reach the network of running containers
    2 of 2 containers have a network namespace that is not mounted for dockerd
    stat -f -c %t /run/docker/netns/aaa → ef53, not nsfs
    stat -f -c %t /run/docker/netns/bbb → ef53, not nsfs
    docker 1.13.1
    dockerd has a mount namespace of its own, whose mounts end with it (slave)
    live-restore is on
    log: 2 lines "failed to create osl sandbox while trying to restore", 2026-11-26T07:00:00Z to 2026-11-26T07:00:01Z
    level=error msg="failed to create osl sandbox while trying to restore sandbox 1"
  what to do, best first
    1. remove MountFlags from the unit, and restart the containers: heals · lasts · restarts containers · restarts dockerd
         systemctl edit docker   # [Service] MountFlags=
         systemctl restart docker
         docker restart $(docker ps -q)
    2. restart the containers: heals · until the next restart · restarts containers
         docker restart $(docker ps -q)
    3. remove MountFlags from the unit, and mount the network namespaces again: stops the leak; what is lost stays lost · lasts · restarts dockerd · stats come without networks
         systemctl edit docker   # [Service] MountFlags=
         systemctl stop docker
         mount --bind /proc/PID/ns/net /run/docker/netns/ID
         systemctl start docker
  see it in the lab
    npm run scenario netns-restore -- --daemon 1.13.1 --only mountFlags=slave,liveRestore=on,starts=restarted

✘ affected  stats calls that never end: each stats call keeps a connection, goroutines and memory in dockerd
    docker 1.13.1
    dockerd has a mount namespace of its own, whose mounts end with it (slave)
    live-restore is on
    297 connections to docker.sock of processes that run, 2 whose client has gone, 1 of processes that are not visible
    dockerd has 1,500 goroutines
    this docker never answers a stats call of such a container (moby 1.13.1 daemon/stats_collector_unix.go; measured on 1.12.6, 1.13.1, 17.03.2, 17.06.2 and 17.07.0)
  growth
    connections to dockerd: 300 now; 7,200 per hour (95 %: 5,792 to 8,608)
    open files of dockerd: 840 now; 14,400 per hour (95 %: 12,338 to 16,462); reaches 1,048,576 in 3 d to 4 d
    goroutines of dockerd: 1,500 now; 36,000 per hour (95 %: 32,759 to 39,241)
    memory of dockerd: 81.9 MB now; no growth seen in 60 s (less than 503 MB per hour)
  who
    agent (process 700, user 0, agent.service, started 50 s ago): 297 connections, 99 %
  what to do: see lost network namespaces, from which it follows
  see it in the lab
    npm run scenario stats-leak -- --daemon 1.13.1 --only client=agent-1.20

! exposed  duplicate addresses: running containers have the same address
    2 of 2 containers have a network namespace that is not mounted for dockerd
  what to do: see lost network namespaces, from which it follows

! exposed  limit of open files: at its limit dockerd takes no connection and starts no container
    dockerd has 840 of 1,048,576 files open, 800 of them sockets
  growth
    open files of dockerd: 840 now; 14,400 per hour (95 %: 12,338 to 16,462); reaches 1,048,576 in 3 d to 4 d
  who
    agent (process 700, user 0, agent.service, started 50 s ago): 297 connections, 99 %
  what to do, best first
    1. raise the limit of open files: helps in part · lasts · restarts dockerd
         systemctl edit docker   # [Service] LimitNOFILE=1048576
         systemctl restart docker

? unknown: evidence is missing
    abandoned attaches  deep/goroutines: run the collector with --deep

✔ not affected  stats of zeroes · stalled containerd · connections that pile up · networks restored in part · mounts that containerd does not see · slab caches of removed cgroups · dying memory cgroups · device or resource busy
`,
  );
});

test('a healthy host', (t) => {
  t.is(
    reportDiagnosis(diagnosisOf({}), plain),
    `web-1  docker 20.10.24 · kernel 5.10.0-32-amd64 · Debian GNU/Linux 11 (bullseye) · 2026-11-26T08:00:00Z

This host is affected by no known problem, but exposed to 1 problem.

! exposed  abandoned attaches: dockerd keeps 5 goroutines and a file for each attach whose client has gone, until the container ends
    docker 20.10.24 has the fault; 28.5.2 does not
  what to do, best first
    1. upgrade docker: heals · lasts · restarts dockerd
         install docker 28.5.2 or later

✔ not affected  lost network namespaces · stats calls that never end · stats of zeroes · stalled containerd · connections that pile up · duplicate addresses · networks restored in part · mounts that containerd does not see · slab caches of removed cgroups · dying memory cgroups · limit of open files · device or resource busy
`,
  );
});

/** What only root can read, of the files of the healthy host. */
const ofRoot = [...fakeFiles().keys()].filter((file) =>
  /^docker\/(?:flags|version|processes|mounts|netns|containers|addresses|peers|callers)|^logs|slab-names|dockerd|containerd/.test(
    file,
  ),
);

test('a host that was read without root: the rest is named', (t) => {
  const rows = [...fakeFiles()]
    .filter(([file]) => file !== 'contents.tsv')
    .map(([file, text]) => {
      const isMissing = ofRoot.includes(file);
      return `${file}\t${isMissing ? 'needs-root' : 'ok'}\t${isMissing ? 0 : text.length}\troot\tevidence\n`;
    });
  const contents = { 'contents.tsv': `file\tstatus\tbytes\treader\twhat\n${rows.join('')}` };
  const missing = Object.fromEntries(ofRoot.map((file) => [file, undefined]));
  t.is(
    reportDiagnosis(diagnosisOf({ ...missing, ...contents }), plain),
    `web-1  docker 20.10.24 · kernel 5.10.0-32-amd64 · Debian GNU/Linux 11 (bullseye) · 2026-11-26T08:00:00Z

This host is affected by no known problem; 8 problems could not be decided.

? unknown: evidence is missing
    lost network namespaces              docker/containers, docker/mounts, docker/netns-files: run the collector as root
    stats of zeroes                      docker/containers, docker/mounts: run the collector as root
    stalled containerd                   samples/1/containerd: run the collector as root
    abandoned attaches                   docker/peers: run the collector as root
    duplicate addresses                  docker/containers: run the collector as root
    networks restored in part            logs/daemon: run the collector as root
    mounts that containerd does not see  docker/mounts, docker/processes: run the collector as root
    limit of open files                  samples/1/dockerd, samples/1/dockerd-fds: run the collector as root

✔ not affected  stats calls that never end · connections that pile up · slab caches of removed cgroups · dying memory cgroups · device or resource busy

Evidence that is incomplete. requires root: docker/flags, docker/processes, docker/version, docker/mounts, docker/netns-files, docker/containers, docker/addresses, docker/peers, docker/callers, logs/daemon, logs/kernel, samples/1/slab-names, samples/1/dockerd, samples/1/dockerd-fds, samples/1/containerd, samples/1/containerd-fds, samples/2/slab-names, samples/2/dockerd, samples/2/dockerd-fds, samples/2/containerd, samples/2/containerd-fds.
`,
  );
});

test('files of a bundle that cannot be read, and hostile names', (t) => {
  const bundle = (fakeFiles().get('bundle') ?? '').replace('web-1', 'web\u001B[31m\u202E<script>');
  const text = reportDiagnosis(diagnosisOf({ bundle, 'docker/mounts': '\u001B[2Jx\n' }), plain);
  t.true(text.startsWith('web⟨U+001B⟩[31m⟨U+202E⟩<script>  docker 20.10.24'), text);
  t.true(
    text.includes(
      '! Files of the bundle that could not be read\n  docker/mounts, line 1: expected the mount namespaces of daemon and init, found "⟨U+001B⟩[2Jx"\n',
    ),
    text,
  );
  t.false(text.includes('\u001B'));
});

test('many hosts, worst first, one of which could not be read', (t) => {
  const named = (host: string, changes = {}) =>
    diagnosisOf({ bundle: (fakeFiles().get('bundle') ?? '').replace('web-1', host), ...changes });
  const hosts = [named('a-healthy'), named('b-hangs', hangingHost)];
  const unread = [
    { source: 'c.tar', why: 'reading the bundle c.tar: it is empty\n  expected: a tar file of the collector' },
  ];
  const text = reportFleet(hosts, unread, plain)
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
  t.is(
    text,
    `3 hosts: 1 affected, 1 exposed, 1 could not be read

 host        docker     kernel            lost network namespaces   stats calls that never end   abandoned attaches   duplicate addresses   limit of open files
 b-hangs     1.13.1     5.10.0-32-amd64   ✘ affected                ✘ affected                   ? unknown            ! exposed             ! exposed
 a-healthy   20.10.24   5.10.0-32-amd64   ✔                         ✔                            ! exposed            ✔                     ✔

! could not be read  c.tar
  reading the bundle c.tar: it is empty
    expected: a tar file of the collector
`,
  );
});

test('no host at all was read', (t) => {
  t.is(
    reportFleet([], [{ source: 'ssh://a', why: 'no' }], plain),
    '1 host: 0 affected, 0 exposed, 1 could not be read\n\n! could not be read  ssh://a\n  no\n',
  );
});
