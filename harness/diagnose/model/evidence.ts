import type { DumpKind } from './facts.ts';
import type { BundleInfo, BundleProblem, Item } from './bundle.ts';

/** The evidence of a host. A member is undefined when its evidence is missing: `items` says why. */
export interface HostEvidence {
  info: BundleInfo;
  items: readonly Item[];
  problems: readonly BundleProblem[];
  host: HostFacts;
  docker: DockerFacts;
  /** Lines of logs that match a known pattern. */
  logs: { daemon?: LogPatterns | undefined; kernel?: LogPatterns | undefined };
  /** In their order; at least one. */
  samples: readonly Sample[];
  /** Of a deep collection, or of a dump. */
  goroutines?: readonly GoroutineStacks[] | undefined;
  /** Of a dump. */
  heap?: HeapFacts | undefined;
  /** Of a deep collection, or of a dump: largest first. */
  slabCaches?: readonly { name: string; bytes: number }[] | undefined;
  /** The dumps that were read, where the evidence comes from some. */
  dumps?: readonly { file: string; kind: DumpKind; records: number }[] | undefined;
}

/** The memory that a Go program has in use, by the function that asked for it. */
export interface HeapFacts {
  bytes: number;
  /** Whether functions have names: the old text form may have addresses only. */
  hasSymbols: boolean;
  /** Largest first. */
  functions: readonly { name: string; bytes: number }[];
}

/** Goroutines with the same frames. */
export interface GoroutineStacks {
  count: number;
  /** Whole names of functions, the one in which they stand first. */
  frames: readonly string[];
  /** The longest wait among them, in minutes; undefined where the dump has none. */
  waitedMinutes?: number | undefined;
}

/** The host itself. */
export interface HostFacts {
  /** As `uname -r` has it. */
  kernel?: string | undefined;
  os?: { id: string; version: string; name: string } | undefined;
  /** Words of the running kernel's command line. */
  commandLine?: readonly string[] | undefined;
  /** Words about cgroups in the boot loader's configuration, with the file. */
  bootWords?: readonly { file: string; word: string }[] | undefined;
  cpus?: { online: number; possible: number } | undefined;
  /** Numbers by name, e.g. `fs/may_detach_mounts`. */
  sysctl?: Readonly<Record<string, readonly number[]>> | undefined;
}

/** How mounts that dockerd makes reach the host: through the propagation of the root of its mount namespace. */
export interface DaemonMounts {
  /** Whether it has a mount namespace of its own. */
  ownNamespace: boolean;
  /** Whether the root of that namespace passes mounts on to a peer group. */
  shared: boolean;
  /** Whether it takes mounts from one. */
  slave: boolean;
  /** Inode numbers of the network namespaces that are mounted in it. */
  namespaces: readonly number[];
}

/** The file of a network namespace below dockerd's directory. */
export interface NamespaceFile {
  path: string;
  /** Magic number of its file system, hexadecimal. */
  magic: string;
  inode: number;
}

/** A container by one of its processes. */
export interface ContainerProcess {
  id: string;
  pid: number;
  /** Inode number of its network namespace; 0 when it ended in the meantime. */
  netns: number;
  /** Whether its cgroup or its shim is docker's. */
  docker: boolean;
}

/** A process that has connections to dockerd's socket. */
export interface CallerFacts {
  pid: number;
  connections: number;
  /** Base name of its first argument; undefined when it had ended. */
  command?: string | undefined;
  user?: number | undefined;
  /** Seconds since it started. */
  age?: number | undefined;
  container?: { id: string; name?: string } | undefined;
  /** Its systemd unit. */
  unit?: string | undefined;
}

/** The connections of dockerd's socket by the process at the other end. */
export interface Callers {
  callers: readonly CallerFacts[];
  /** Their client has closed its end, and dockerd keeps its own. */
  gone: number;
  /** No visible process has the other end. */
  unseen: number;
}

/** Everything about docker that does not change between samples. */
export interface DockerFacts {
  /** Of the running program, as it prints it. */
  version?: string | undefined;
  /** Settings of docker.service that systemd knows; empty values are left out. */
  unit?: Readonly<Record<string, string>> | undefined;
  containerdUnit?: Readonly<Record<string, string>> | undefined;
  /** Settings in the unit's files. */
  unitFiles?: readonly { file: string; key: string; value: string }[] | undefined;
  /** Harmless keys of daemon.json. */
  daemonJson?: Readonly<Record<string, string | number | boolean>> | undefined;
  flags?: readonly string[] | undefined;
  /** Process of dockerd's parent of containerd: whether containerd is dockerd's child. */
  containerdIsChild?: boolean | undefined;
  mounts?: DaemonMounts | undefined;
  namespaceFiles?: readonly NamespaceFile[] | undefined;
  containers?: readonly ContainerProcess[] | undefined;
  hostNetns?: number | undefined;
  /** Addresses of containers that are not loopback, by network namespace. */
  addresses?: readonly { netns: number; address: string }[] | undefined;
  callers?: Callers | undefined;
}

/** A pattern of a log and its lines. */
export interface LogPattern {
  pattern: string;
  count: number;
  first: string;
  last: string;
  /** One of the lines; empty where it was redacted. */
  example: string;
}

/** The lines of a log that were looked at, and what was found. */
export interface LogPatterns {
  lines: number;
  patterns: readonly LogPattern[];
}

/** A process at one time. */
export interface ProcessSample {
  /** One letter, as in proc(5): `T` is stopped. */
  state?: string | undefined;
  rssBytes?: number | undefined;
  threads?: number | undefined;
  /** Soft limit of open files. */
  fileLimit?: number | undefined;
  /** Clock ticks from the boot of the host to its start. */
  start: number;
}

/** The answer of dockerd about itself (`GET /info`). */
export interface DaemonInfo {
  version: string;
  liveRestore?: boolean | undefined;
  descriptors?: number | undefined;
  goroutines?: number | undefined;
  kernelMemory?: boolean | undefined;
}

/** The readings of one time. */
export interface Sample {
  /** Seconds since the boot of the host: it is not set back as a clock is. */
  uptime: number;
  /** Seconds since 1970 by the host's clock. */
  clock: number;
  /** Bytes by name, as in /proc/meminfo. */
  memory?: Readonly<Record<string, number>> | undefined;
  /** Cgroups that the kernel has, by controller (v1). */
  cgroups?: Readonly<Record<string, { count: number; enabled: boolean }>> | undefined;
  /** `cgroup.stat` of the root (v2). */
  cgroupStat?: Readonly<Record<string, number>> | undefined;
  /** Directories of a hierarchy, by its name; only where the collector saw its root. */
  directories?: Readonly<Record<string, number>> | undefined;
  /** Memory cgroups named in copies of slab caches, and the copies. */
  slabNames?: { ids: number; copies: number } | undefined;
  dockerd?: ProcessSample | undefined;
  dockerdFds?: { total: number; byKind: Readonly<Record<string, number>> } | undefined;
  containerd?: ProcessSample | undefined;
  containerdFds?: { total: number; byKind: Readonly<Record<string, number>> } | undefined;
  /** Connections to docker.sock in the collector's network namespace. */
  connections?: number | undefined;
  shims?: number | undefined;
  info?: DaemonInfo | undefined;
}
