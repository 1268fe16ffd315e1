import type { DumpKind, Fact } from '../../diagnose/model/facts.ts';
import { bytes, number } from './words.ts';

type Words = { [Name in Fact['fact']]: (fact: Extract<Fact, { fact: Name }>) => string };

const propagationWords = {
  host: 'dockerd shares the mount namespace of the host',
  shared: 'dockerd has a mount namespace of its own, which shares its mounts',
  slave: 'dockerd has a mount namespace of its own, whose mounts end with it (slave)',
  private: 'dockerd has a mount namespace of its own, whose mounts end with it (private)',
} as const;

const patternWords: Readonly<Record<string, string>> = {
  'restore-error': 'failed to create osl sandbox while trying to restore',
  'populate-error': 'failed to populate fields for osl sandbox',
  'collecting-stats': 'collecting stats for …',
  'device-busy': 'device or resource busy',
  'too-many-files': 'too many open files',
  'containerd-stalled': 'containerd does not respond',
  'slub-failure': 'SLUB: Unable to allocate memory',
  'cgroup-oom': 'Memory cgroup out of memory',
  'host-oom': 'Out of memory',
  'cgroup-refused': 'a cgroup could not be made',
  'allocation-failure': 'page allocation failure',
};

const parameterWords = {
  absent: 'is not set',
  'unknown-to-kernel': 'is set, and this kernel does not know it: it has no effect',
  effective: 'is set, and effective',
  present: 'is set; its effect on this kernel was not measured',
  'configured-not-booted': 'is configured, and the running kernel was booted without it: reboot',
} as const;

const holderWords = {
  'kernel-memory': 'kernel memory',
  'page-cache': 'page cache of files',
  tmpfs: 'files on tmpfs',
} as const;

const stateOfProcess: Readonly<Record<string, string>> = {
  T: 'stopped by a signal',
  t: 'stopped by a debugger',
  D: 'waiting in the kernel, in every sample',
};

const dumpWords: Readonly<Record<DumpKind, string>> = {
  goroutines: 'goroutines',
  'heap-profile': 'heap profile',
  slabinfo: '/proc/slabinfo',
  slabtop: 'slabtop',
  'proc-cgroups': '/proc/cgroups',
  ss: 'unix sockets of ss',
  'docker-info': 'docker info',
  'daemon-log': 'log of dockerd',
  'kernel-log': 'kernel log',
};

const words: Words = {
  'namespaces-lost': ({ lost, of }) =>
    of === 0
      ? 'no running container has a network namespace of its own'
      : lost === 0
        ? `${count(of, 'container')}: every network namespace is mounted for dockerd`
        : `${lost} of ${count(of, 'container')} ${lost === 1 ? 'has' : 'have'} a network namespace that is not mounted for dockerd`,
  'plain-namespace-file': ({ path, magic }) => `stat -f -c %t ${path} → ${magic}, not nsfs`,
  'mount-propagation': ({ kind }) => propagationWords[kind],
  'mount-flags-configured': ({ value, file }) => `MountFlags=${value} in ${file}`,
  'daemon-reload-needed': () => 'systemd has not read the changed unit yet (NeedDaemonReload=yes)',
  'live-restore': ({ on }) => `live-restore is ${on ? 'on' : 'off'}`,
  'docker-version': ({ version }) => `docker ${version}`,
  'no-docker': () => 'no dockerd runs on this host',
  'stats-answer': ({ answer, reference }) =>
    `this docker ${answer === 'hangs' ? 'never answers' : 'answers with zeroes to'} a stats call of such a container (${reference})`,
  'log-lines': ({ pattern, count: lines, first, last, example }) =>
    `log: ${count(lines, 'line')} "${patternWords[pattern] ?? pattern}", ${first} to ${last}${example === '' ? '' : `\n${example}`}`,
  connections: ({ held, gone, unseen }) =>
    `${count(held, 'connection')} to docker.sock of processes that run${gone > 0 ? `, ${number(gone)} whose client has gone` : ''}${unseen > 0 ? `, ${number(unseen)} of processes that are not visible` : ''}`,
  'abandoned-ends': ({ count: ends }) => `${count(ends, 'connection')} whose client has gone, and which dockerd keeps`,
  'containerd-state': ({ state }) => `containerd is ${stateOfProcess[state] ?? `in state ${state}`} (${state})`,
  'goroutines-at': ({ function: name, count: goroutines, waitedMinutes }) =>
    `${count(goroutines, 'goroutine')} in ${name}${waitedMinutes === undefined ? '' : `, the longest for ${waitedMinutes} min`}`,
  goroutines: ({ count: goroutines }) => `dockerd has ${count(goroutines, 'goroutine')}`,
  'containerd-own-unit': () => 'containerd is no child of dockerd: it has the mount namespace of the host',
  'shared-address': ({ address, namespaces }) => `${address} is the address of ${namespaces} containers`,
  kernel: ({ release }) => `kernel ${release}`,
  'slab-ids': ({ ids, directories, copies }) =>
    `/sys/kernel/slab names ${count(ids, 'memory cgroup')} (${count(copies, 'copy', 'copies')} of caches), and ${number(directories)} exist`,
  'unreclaimable-slab': ({ bytes: size }) => `SUnreclaim: ${bytes(size)}`,
  'boot-parameter': ({ parameter, state, file }) =>
    `${parameter} ${parameterWords[state]}${file === undefined ? '' : ` (${file})`}`,
  'misspelt-parameter': ({ word, meant }) => `${word} is misspelt and ignored in silence: ${meant} is the parameter`,
  'dying-cgroups': ({ controller, dying, directories }) =>
    `${count(dying, 'dying cgroup')} of ${controller}, beside ${number(directories)} that exist`,
  'cgroup-cost': ({ bytes: size, each, cpus }) =>
    `they cost about ${bytes(size)}: ${bytes(each)} each with ${count(cpus, 'CPU')}`,
  'percpu-memory': ({ bytes: size }) => `Percpu: ${bytes(size)}`,
  'memcg-ids': ({ used, of }) => `${number(used)} of ${number(of)} ids of memory cgroups are used`,
  'pinned-by': ({ holders, shmemBytes, cachedBytes }) =>
    `on this kernel they are held by ${holders.map((holder) => holderWords[holder]).join(' or ')}` +
    `${shmemBytes === undefined ? '' : ` (Shmem ${bytes(shmemBytes)}`}${cachedBytes === undefined || shmemBytes === undefined ? '' : `, Cached ${bytes(cachedBytes)}`}${shmemBytes === undefined ? '' : ')'}`,
  'open-files': ({ open, limit, sockets }) =>
    `dockerd has ${number(open)} of ${number(limit)} files open${sockets === undefined ? '' : `, ${number(sockets)} of them sockets`}`,
  'detach-mounts': ({ allowed }) => `fs.may_detach_mounts=${allowed ? 1 : 0}`,
  'version-has-fault': ({ version, fixedIn }) =>
    `docker ${version} has the fault${fixedIn === undefined ? '' : `; ${fixedIn} does not`}`,
  'version-has-fix': ({ version, fixedIn }) => `docker ${version} has no such fault (${fixedIn} was measured)`,
  dump: ({ file, kind, records }) => `${file}: ${dumpWords[kind] ?? kind}, ${count(records, 'record')}`,
  'heap-at': ({ function: name, bytes: size, of }) =>
    `heap: ${bytes(size)} of ${bytes(of)} (${Math.round((size / of) * 100)} %) from ${name}`,
  'heap-without-symbols': ({ bytes: size }) =>
    `heap: ${bytes(size)}; the profile has addresses and no names of functions: take it with ?debug=1 from the daemon itself, or as protobuf`,
  'slab-cache': ({ name, bytes: size }) => `slab cache ${name}: ${bytes(size)}`,
  'clock-changed': ({ seconds }) =>
    `the clock of the host was changed by ${Math.round(seconds)} s between the samples; rates are by the time since the boot`,
};

/** A fact as a person reads it; a second line is evidence, verbatim. */
export function factLine<Name extends Fact['fact']>(fact: Extract<Fact, { fact: Name }>): string {
  return words[fact.fact](fact);
}

function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}
