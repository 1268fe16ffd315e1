import { findingsTable } from './findings.ts';
import { evidenceKinds, type KindName, type ValueOf } from '../../evidence/registry.ts';
import { lineBox } from '../markup/block.ts';
import { html, type Html, type Part } from '../markup/html.ts';
import {
  callTable,
  hostGatewayTable,
  ipv6Table,
  netnsBadge,
  netnsTable,
  remediedTable,
  restoredTable,
  startTable,
  streamTable,
  stuckTable,
} from './containers.ts';
import {
  callerTable,
  costTable,
  cpuTable,
  crossCheckTable,
  execTable,
  goroutineTable,
  heapTable,
  logRateTable,
  reportTable,
} from './daemon.ts';
import { accountingFact, cgroupRootFact, cgroupSlabsFact, giveBackTable, slabTable } from './kernel.ts';
import { quantity, yesNo, type Renderer } from './renderer.ts';
import { recoveryTable, seriesTable, soakTable } from './series.ts';

const code = (text: string): Part => html`<code>${text}</code>`;

/** The renderer of a number, with the unit of its kind. */
function counted(kind: KindName): (value: number) => Part {
  const { units } = evidenceKinds[kind];
  return (value) => quantity(value, typeof units === 'string' ? units : '');
}

const codes = (values: readonly string[]): Part =>
  values.length === 0 ? 'none' : values.map((value, index) => [index > 0 ? ', ' : '', code(value)]);

const lines = (what: string, all: readonly string[]): Html | undefined =>
  all.length === 0 ? undefined : lineBox(what, all);

/** The renderer of each kind: one that is left out does not compile. */
export const renderers: { readonly [Name in KindName]: Renderer<ValueOf<Name>> } = {
  'boot-parameter-claim': {
    title: 'The image of the kernel',
    fact: ({ parameter, known, evidence }) => html`${code(parameter)} is ${known ? '' : 'not '}known: ${evidence}`,
  },
  'boot-parameter-effect': {
    title: 'Effect of the boot parameter',
    fact: ({ seen, evidence }) => `seen: ${yesNo(seen)}; ${evidence}`,
  },
  bundles: { title: 'Collections', section: (value, about) => findingsTable(`Findings: ${about}`, value) },
  'call-count': { title: 'Calls before the first dose', fact: counted('call-count') },
  callers: { title: 'Who is calling', section: (value, about) => callerTable(`Callers: ${about}`, value) },
  'cgroup-count': { title: 'Cgroups made and removed', fact: counted('cgroup-count') },
  'cgroup-root': { title: 'Hierarchy of cgroups', fact: cgroupRootFact },
  'cgroup-slabs': { title: 'memory.kmem.slabinfo of a cgroup', fact: cgroupSlabsFact },
  'cgroup-version': { title: 'Version of cgroups', fact: (version) => `v${version}` },
  'cgroup-workload': { title: 'Workload of each cgroup', fact: (workload) => workload },
  'client-report': {
    title: 'Calls of the client',
    section: (value, about) => reportTable(`Calls of the client: ${about}`, value),
  },
  'container-starts': {
    title: 'Starts of containers',
    section: (value, about) => startTable(`Starts of containers: ${about}`, value),
  },
  'container-state': { title: 'State of the container after its removal was asked for', fact: (state) => state },
  'containerd-fate': { title: 'The stopped containerd was', fact: (fate) => fate },
  'cpu-use': { title: 'CPU of the daemon', section: (value, about) => cpuTable(`CPU of the daemon: ${about}`, value) },
  'cross-checks': {
    title: 'The daemon’s own figures',
    section: (value, about) => crossCheckTable(`The daemon’s own figures: ${about}`, value),
  },
  'dose-series': {
    title: 'Readings with work',
    section: (value, about) => seriesTable(`Readings with work: ${about}`, value),
  },
  duration: { title: 'Time', fact: counted('duration') },
  'exec-tally': {
    title: 'Execs and health checks',
    section: (value, about) => execTable(`Execs and health checks: ${about}`, value),
  },
  'give-back': {
    title: 'What removed cgroups hold',
    section: (value, about) => giveBackTable(`What removed cgroups hold: ${about}`, value),
  },
  'goroutine-groups': {
    title: 'What goroutines wait for',
    section: (value, about) => goroutineTable(`Goroutines after the doses, ${value.total}: ${about}`, value),
  },
  'heap-profiles': {
    title: 'What has grown in the heap',
    section: (value, about) => heapTable(`Growth by function: ${about}`, value),
  },
  'host-gateways': {
    title: 'host.docker.internal',
    section: (value, about) => hostGatewayTable(`host.docker.internal: ${about}`, value),
  },
  'idle-series': {
    title: 'Readings without work',
    section: (value, about) => seriesTable(`Readings without work: ${about}`, value),
  },
  'ipv6-addresses': {
    title: 'IPv6 addresses',
    section: (value, about) => ipv6Table(`IPv6 addresses: ${about}`, value),
  },
  'kernel-command-line': { title: 'Command line of the kernel', fact: code },
  'kernel-log': {
    title: 'Log of the kernel, lines that tell of memory',
    section: (value, about) => lines(`Log of the kernel: ${about}`, value),
  },
  'kernel-release': { title: 'Kernel', fact: code },
  'kmem-accounting': { title: 'Accounting of kernel memory', fact: accountingFact },
  'kmemleak-objects': { title: 'Unreferenced objects by kmemleak', fact: counted('kmemleak-objects') },
  'log-lines': {
    title: 'Lines of the daemon’s log',
    section: (value, about) =>
      lines(
        `Lines of the daemon’s log: ${about}`,
        value.map(({ line }) => line),
      ),
  },
  'log-rates': {
    title: 'Growth of the daemon’s log',
    section: (value, about) => logRateTable(`Growth of the daemon’s log: ${about}`, value),
  },
  'may-detach-mounts': { title: 'fs.may_detach_mounts', fact: code },
  'mkdir-refusal': { title: 'The kernel refused more cgroups', fact: (words) => words },
  'mount-points': { title: 'Mount points in another namespace', fact: codes },
  'nameless-connections': {
    title: 'Connections without a known process',
    fact: ({ gone, unseen }) => `client gone: ${gone}; client not seen: ${unseen}`,
  },
  'netns-files': {
    title: 'Network namespaces',
    section: (value, about) => netnsTable(`Network namespace files: ${about}`, value),
  },
  'netns-state': { title: 'Network namespace', fact: netnsBadge },
  'next-address': {
    title: 'Address of the next container',
    fact: ({ address, heldBy }) => html`${code(address || 'none')}, held by others: ${codes(heldBy)}`,
  },
  'process-id': { title: 'Process', fact: (pid) => pid },
  'profile-files': { title: 'Files of the profiles', fact: codes },
  'reading-costs': {
    title: 'Cost of the readings',
    section: (value, about) => costTable(`Cost of the readings: ${about}`, value),
  },
  'recovery-series': {
    title: 'Recovery',
    section: (value, about) => recoveryTable(`Recovery: ${about}`, value),
  },
  refusals: { title: 'Refused by the daemon', section: (value, about) => lines(`Refusals: ${about}`, value) },
  'remedied-containers': {
    title: 'Containers',
    section: (value, about) => remediedTable(`Containers: ${about}`, value),
  },
  'removal-answer': {
    title: 'Answer to docker rm',
    fact: ({ status, message }) => `status ${status}${message && `: ${message}`}`,
  },
  'restored-containers': {
    title: 'Containers after the last start',
    section: (value, about) => restoredTable(`Containers after the last start: ${about}`, value),
  },
  'runtime-versions': {
    title: 'containerd and runc',
    fact: ({ containerd, runc }) => codes([`containerd ${containerd ?? 'unknown'}`, `runc ${runc ?? 'unknown'}`]),
  },
  'slab-growth': {
    title: 'What has grown in the slab caches',
    section: (value, about) => slabTable(`Growth of slab caches: ${about}`, value),
  },
  'soak-record': { title: 'Soak', section: (value, about) => soakTable(`Soak: ${about}`, value) },
  'stats-call': { title: 'One stats call', section: (value, about) => callTable(`One stats call: ${about}`, [value]) },
  'stats-calls': { title: 'Stats calls', section: (value, about) => callTable(`Stats calls: ${about}`, value) },
  'stats-streams': { title: 'Stats streams', section: (value, about) => streamTable(`Stats streams: ${about}`, value) },
  'storage-driver': { title: 'Storage driver', fact: (driver) => driver },
  'stuck-calls': {
    title: 'Calls that waited',
    section: (value, about) => stuckTable(`Calls that waited: ${about}`, value),
  },
  'tick-limit': { title: 'Time for an answer', fact: counted('tick-limit') },
  'veth-count': { title: 'Stray veths', fact: counted('veth-count') },
};
