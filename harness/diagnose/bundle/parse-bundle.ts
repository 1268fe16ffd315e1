import type { DockerFacts, HostEvidence, HostFacts, Sample } from '../model/evidence.ts';
import type { Bundle, BundleProblem } from '../model/bundle.ts';
import { LineError, linesOf } from '../text/lines.ts';
import {
  callersOf,
  parseAddresses,
  parseCallerProcesses,
  parseContainers,
  parseFlags,
  parseShims,
  parseElsewhere,
  parseJsonKeys,
  parseMounts,
  parseNamespaceFiles,
  parsePeers,
  parseUnit,
  parseUnitFiles,
  parseVersion,
} from './parse-docker.ts';
import { parseBootWords, parseCommandLine, parseCpus, parseKernel, parseRelease, parseSysctl } from './parse-host.ts';
import { parseLogPatterns } from './parse-logs.ts';
import {
  parseCgroups,
  parseDescriptors,
  parseDirectories,
  parseInfo,
  parseMeminfo,
  parseProcess,
  parseSlabNames,
  parseTime,
} from './parse-sample.ts';
import { numbersByName } from '../text/lines.ts';
import { readGoroutineText } from '../text/goroutine-text.ts';
import { readSlabinfo } from '../text/slab-text.ts';

/** Reads one file of a bundle: undefined when it is not there, or not what it should be. */
type Read = <T>(file: string, parse: (file: string, text: string) => T) => T | undefined;

/** Turns the files of a bundle into evidence. What cannot be read is in `problems`, with its line, and its evidence is missing. */
export function evidenceOf({ info, items, files, problems }: Bundle): HostEvidence {
  const found: BundleProblem[] = [...problems];
  const cut = new Set(items.filter(({ status }) => status === 'cut' || status === 'timeout').map(({ file }) => file));
  const read: Read = (file, parse) => {
    const text = files.get(file);
    if (text === undefined) return undefined;
    if (text.trim() === '') {
      found.push({ file, line: 1, expected: 'a file that is not empty', found: '' });
      return undefined;
    }
    try {
      // The line at which it was cut is no whole one.
      return parse(file, cut.has(file) ? text.slice(0, text.lastIndexOf('\n') + 1) : text);
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      found.push(error.problem);
      return undefined;
    }
  };
  const samples = Array.from({ length: info.samples }, (_, index) => readSample(read, `samples/${index + 1}`)).filter(
    (sample) => sample !== undefined,
  );
  const goroutines = read('deep/goroutines', readGoroutineText);
  return {
    info,
    items,
    problems: found,
    host: readHost(read),
    docker: readDocker(read, info, samples.at(0)?.uptime ?? 0),
    logs: {
      daemon: read('logs/daemon', parseLogPatterns),
      kernel: read('logs/kernel', parseLogPatterns),
    },
    samples,
    goroutines,
    slabCaches: read('deep/slabinfo', readSlabinfo),
  };
}

function readHost(read: Read): HostFacts {
  return {
    kernel: read('host/uname', parseKernel),
    os: read('host/os-release', parseRelease),
    commandLine: read('host/cmdline', parseCommandLine),
    bootWords: read('host/boot', parseBootWords),
    cpus: read('host/cpus', parseCpus),
    sysctl: read('host/sysctl', parseSysctl),
  };
}

function readDocker(read: Read, { daemon, containerd, ticks }: Bundle['info'], uptime: number): DockerFacts {
  const shims = read('docker/shims', parseShims) ?? new Set<string>();
  const listed = read('docker/containers', (file, text) => parseContainers(file, text, shims));
  const peers = read('docker/peers', parsePeers);
  const elsewhere = read('docker/peers-elsewhere', parseElsewhere) ?? new Map<number, number>();
  const processes = read('docker/callers', parseCallerProcesses) ?? new Map<number, never>();
  const parents = read('docker/processes', (file, text) =>
    linesOf(file, text).map(({ words: [pid, , parent], integer }) => ({
      pid: integer(pid, 'a process'),
      parent: integer(parent, 'its parent'),
    })),
  );
  return {
    version: read('docker/version', parseVersion),
    unit: read('docker/unit', parseUnit),
    containerdUnit: read('docker/containerd-unit', parseUnit),
    unitFiles: read('docker/unit-files', parseUnitFiles),
    daemonJson: read('docker/daemon-json', parseJsonKeys),
    flags: read('docker/flags', parseFlags),
    containerdIsChild:
      daemon === undefined || containerd === undefined || !parents
        ? undefined
        : parents.some(({ pid, parent }) => pid === containerd && parent === daemon),
    mounts: read('docker/mounts', parseMounts),
    namespaceFiles: read('docker/netns-files', parseNamespaceFiles),
    containers: listed?.containers,
    hostNetns: listed?.hostNetns,
    addresses: listed && read('docker/addresses', (file, text) => parseAddresses(file, text, listed.containers)),
    callers: peers && callersOf(peers, elsewhere, processes, uptime, ticks),
  };
}

function readSample(read: Read, at: string): Sample | undefined {
  const time = read(`${at}/time`, parseTime);
  if (!time) return undefined;
  return {
    ...time,
    memory: read(`${at}/meminfo`, parseMeminfo),
    cgroups: read(`${at}/cgroups`, parseCgroups),
    cgroupStat: read(`${at}/cgroup-stat`, numbersByName),
    directories: read(`${at}/directories`, parseDirectories),
    slabNames: read(`${at}/slab-names`, parseSlabNames),
    dockerd: read(`${at}/dockerd`, parseProcess),
    dockerdFds: read(`${at}/dockerd-fds`, parseDescriptors),
    containerd: read(`${at}/containerd`, parseProcess),
    containerdFds: read(`${at}/containerd-fds`, parseDescriptors),
    connections: read(`${at}/connections`, numbersByName)?.['connections'],
    shims: read(`${at}/shims`, (file, text) => linesOf(file, text)[0]?.integer(text.trim(), 'a number of shims')),
    info: read(`${at}/info`, parseInfo),
  };
}
