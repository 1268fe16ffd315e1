import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { now, zeroTime } from '../clock.ts';
import type { Daemon } from '../daemon.ts';
import { explanation, label, version } from '../../../../vms/replica/label.ts';
import { isRunning } from '../record.ts';
import { dataRoot } from '../state.ts';

/** The parts of the replica that `docker info` shows. It has no goroutines, no runc and no containerd, so it reports none. */
export function infoView({ containers, images, events, flags }: Daemon): unknown {
  const all = containers.all();
  const running = all.filter(isRunning).length;
  return {
    ID: label,
    Containers: all.length,
    ContainersRunning: running,
    ContainersPaused: 0,
    ContainersStopped: all.length - running,
    Images: images.all().length,
    Driver: 'overlay2',
    DriverStatus: [],
    SystemStatus: [
      ['Replica', explanation],
      ['Goroutines', 'none: it is no Go program'],
      ['Fixes', [...flags.fixes].join(', ') || 'none'],
    ],
    Plugins: { Volume: [], Network: ['bridge', 'host', 'null'], Authorization: null },
    MemoryLimit: false,
    SwapLimit: false,
    KernelMemory: false,
    CpuCfsPeriod: false,
    CpuCfsQuota: false,
    CPUShares: false,
    CPUSet: false,
    IPv4Forwarding: isOne('/proc/sys/net/ipv4/ip_forward'),
    BridgeNfIptables: isOne('/proc/sys/net/bridge/bridge-nf-call-iptables'),
    BridgeNfIp6tables: isOne('/proc/sys/net/bridge/bridge-nf-call-ip6tables'),
    Debug: flags.debug,
    NFd: openDescriptors(),
    OomKillDisable: false,
    SystemTime: now(),
    LoggingDriver: 'none',
    CgroupDriver: 'cgroupfs',
    NEventsListener: events.listeners,
    KernelVersion: os.release(),
    OperatingSystem: /^PRETTY_NAME="(.*)"$/m.exec(textOf('/etc/os-release'))?.[1] ?? 'Linux',
    OSType: 'linux',
    Architecture: 'x86_64',
    IndexServerAddress: '',
    RegistryConfig: { InsecureRegistryCIDRs: [], IndexConfigs: {}, Mirrors: [] },
    NCPU: os.availableParallelism(),
    MemTotal: os.totalmem(),
    DockerRootDir: dataRoot,
    HttpProxy: '',
    HttpsProxy: '',
    NoProxy: '',
    Name: `${os.hostname()} (${label})`,
    Labels: [`replica=${label}`],
    ExperimentalBuild: false,
    ServerVersion: version,
    ClusterStore: '',
    ClusterAdvertise: '',
    Runtimes: { replica: { path: 'shim.sh' } },
    DefaultRuntime: 'replica',
    Swarm: noSwarm,
    LiveRestoreEnabled: flags.liveRestore,
    Isolation: '',
    InitBinary: '',
    ContainerdCommit: { ID: 'none', Expected: 'none' },
    RuncCommit: { ID: 'none', Expected: 'none' },
    InitCommit: { ID: 'none', Expected: 'none' },
    SecurityOptions: [],
  };
}

/** The swarm part of a docker that is in no swarm. */
const noSwarm = {
  NodeID: '',
  NodeAddr: '',
  LocalNodeState: 'inactive',
  ControlAvailable: false,
  Error: '',
  RemoteManagers: null,
  Nodes: 0,
  Managers: 0,
  Cluster: {
    ID: '',
    Version: {},
    CreatedAt: zeroTime,
    UpdatedAt: zeroTime,
    Spec: {
      Orchestration: {},
      Raft: { ElectionTick: 0, HeartbeatTick: 0 },
      Dispatcher: {},
      CAConfig: {},
      TaskDefaults: {},
      EncryptionConfig: { AutoLockManagers: false },
    },
  },
};

/** Without the one that the listing itself takes. */
function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length - 1;
}

function isOne(file: string): boolean {
  return textOf(file).trim() === '1';
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
