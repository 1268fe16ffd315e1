import { short } from './identifier.ts';
import { asObject, asString, type Json } from './json.ts';
import type { ContainerRecord } from './record.ts';

/** A HostConfig of 1.13.1 in which nothing was asked for, its keys in the real order. */
const hostConfigDefaults: Json = {
  Binds: null,
  ContainerIDFile: '',
  LogConfig: { Type: 'json-file', Config: {} },
  NetworkMode: 'default',
  PortBindings: null,
  RestartPolicy: { Name: '', MaximumRetryCount: 0 },
  AutoRemove: false,
  VolumeDriver: '',
  VolumesFrom: null,
  CapAdd: null,
  CapDrop: null,
  Dns: null,
  DnsOptions: null,
  DnsSearch: null,
  ExtraHosts: null,
  GroupAdd: null,
  IpcMode: '',
  Cgroup: '',
  Links: null,
  OomScoreAdj: 0,
  PidMode: '',
  Privileged: false,
  PublishAllPorts: false,
  ReadonlyRootfs: false,
  SecurityOpt: null,
  UTSMode: '',
  UsernsMode: '',
  ShmSize: 67_108_864,
  Runtime: 'runc',
  ConsoleSize: [0, 0],
  Isolation: '',
  CpuShares: 0,
  Memory: 0,
  NanoCpus: 0,
  CgroupParent: '',
  BlkioWeight: 0,
  BlkioWeightDevice: null,
  BlkioDeviceReadBps: null,
  BlkioDeviceWriteBps: null,
  BlkioDeviceReadIOps: null,
  BlkioDeviceWriteIOps: null,
  CpuPeriod: 0,
  CpuQuota: 0,
  CpuRealtimePeriod: 0,
  CpuRealtimeRuntime: 0,
  CpusetCpus: '',
  CpusetMems: '',
  Devices: null,
  DiskQuota: 0,
  KernelMemory: 0,
  MemoryReservation: 0,
  MemorySwap: 0,
  MemorySwappiness: -1,
  OomKillDisable: false,
  PidsLimit: 0,
  Ulimits: null,
  CpuCount: 0,
  CpuPercent: 0,
  IOMaximumIOps: 0,
  IOMaximumBandwidth: 0,
};

/** A Config of 1.13.1 in which nothing was asked for. */
const configDefaults: Json = {
  Hostname: '',
  Domainname: '',
  User: '',
  AttachStdin: false,
  AttachStdout: false,
  AttachStderr: false,
  Tty: false,
  OpenStdin: false,
  StdinOnce: false,
  Env: null,
  Cmd: null,
  Image: '',
  Volumes: null,
  WorkingDir: '',
  Entrypoint: null,
  OnBuild: null,
  Labels: {},
};

/** A HostConfig as 1.13.1 shows it: the keys that it knows, and no others. */
export function fullHostConfig(given: Json): Json {
  const full = withDefaults(hostConfigDefaults, given);
  // They are structs in it, too, of which a client may leave a part out.
  const structs = ['RestartPolicy', 'LogConfig'].map((key): [string, unknown] => [
    key,
    withDefaults(asObject(hostConfigDefaults[key]), asObject(full[key])),
  ]);
  return { ...full, ...Object.fromEntries(structs) };
}

/** Go's zero value of a Config: what an image has that was imported. */
export const emptyConfig: Json = { ...configDefaults, Labels: null };

/** A container's Config as 1.13.1 shows it; `StopSignal` only where it was given. */
export function fullConfig(record: ContainerRecord): Json {
  const full = { ...withDefaults(configDefaults, record.config), Hostname: hostnameOf(record) };
  const stopSignal = asString(record.config['StopSignal']);
  return stopSignal === '' ? full : { ...full, StopSignal: stopSignal };
}

/** The one that was asked for, else the short id. */
export function hostnameOf({ id, config }: ContainerRecord): string {
  return asString(config['Hostname']) || short(id);
}

/** Restored from the disk, the three are empty lists, as in the real one. */
export function afterReload(hostConfig: Json): Json {
  const lists = ['Dns', 'DnsOptions', 'DnsSearch'].map((key): [string, unknown] => [key, hostConfig[key] ?? []]);
  return { ...hostConfig, ...Object.fromEntries(lists) };
}

function withDefaults(defaults: Json, given: Json): Json {
  return Object.fromEntries(Object.entries(defaults).map(([key, value]) => [key, given[key] ?? value]));
}
