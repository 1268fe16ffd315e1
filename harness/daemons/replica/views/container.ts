import { subnet } from '../address.ts';
import { humanDuration, zeroTime } from '../clock.ts';
import { sandboxPath } from '../connections.ts';
import { containerRoot, layerRoot } from '../containers.ts';
import { fullConfig, fullHostConfig } from '../host-config.ts';
import type { Image } from '../images.ts';
import { asObject, asString } from '../json.ts';
import { outputsOf } from '../launch.ts';
import { commandOf, isRunning, networkModeOf, type ContainerRecord, type EndpointSettings } from '../record.ts';

/** A container as `GET /containers/{name}/json` shows it. */
export function inspectView(record: ContainerRecord, image: Image | undefined): unknown {
  const { id, state, network } = record;
  const [path = '', ...args] = commandOf(record);
  const files = containerRoot(id);
  const layer = layerRoot(id);
  const isOn = isRunning(record);
  // Its files are made when it starts for the first time.
  const ifStarted = (file: string) => (state.startedAt === zeroTime ? '' : file);
  const bridge = network.endpoints['bridge'];
  return {
    Id: id,
    Created: record.created,
    Path: path,
    Args: args,
    State: {
      Status: state.status,
      Running: isOn || state.status === 'restarting',
      Paused: false,
      Restarting: state.status === 'restarting',
      OOMKilled: false,
      Dead: false,
      Pid: state.pid,
      ExitCode: state.exitCode,
      Error: state.error,
      StartedAt: state.startedAt,
      FinishedAt: state.finishedAt,
    },
    Image: record.imageId,
    ResolvConfPath: ifStarted(`${files}/resolv.conf`),
    HostnamePath: ifStarted(`${files}/hostname`),
    HostsPath: ifStarted(`${files}/hosts`),
    LogPath: ifStarted(outputsOf(record).stdout),
    Name: `/${record.name}`,
    RestartCount: record.restartCount,
    Driver: 'overlay2',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: null,
    HostConfig: fullHostConfig(record.hostConfig),
    GraphDriver: {
      Name: 'overlay2',
      Data: {
        LowerDir: image?.directory ?? '',
        MergedDir: `${layer}/merged`,
        UpperDir: `${layer}/diff`,
        WorkDir: `${layer}/work`,
      },
    },
    Mounts: [],
    Config: fullConfig(record),
    NetworkSettings: {
      Bridge: '',
      SandboxID: network.sandbox,
      HairpinMode: false,
      LinkLocalIPv6Address: '',
      LinkLocalIPv6PrefixLen: 0,
      Ports: isOn ? {} : null,
      SandboxKey: network.sandbox === '' ? '' : sandboxPath(record),
      SecondaryIPAddresses: null,
      SecondaryIPv6Addresses: null,
      ...addressView(bridge),
      Networks: networksView(record),
    },
  };
}

/** A container as `GET /containers/json` shows it. */
export function listView(record: ContainerRecord): unknown {
  return {
    Id: record.id,
    Names: [`/${record.name}`],
    Image: asString(record.config['Image']),
    ImageID: record.imageId,
    Command: commandOf(record).join(' '),
    Created: Math.floor(Date.parse(record.created) / 1000),
    Ports: [],
    Labels: asObject(record.config['Labels']),
    State: record.state.status,
    Status: statusText(record),
    HostConfig: { NetworkMode: asString(record.hostConfig['NetworkMode']) || 'default' },
    NetworkSettings: { Networks: networksView(record) },
    Mounts: [],
  };
}

function networksView(record: ContainerRecord): Record<string, unknown> {
  const entries = Object.entries(record.network.endpoints);
  // One that never ran shows the network in which it will be.
  if (entries.length === 0) return { [networkModeOf(record)]: networkEntry(undefined) };
  return Object.fromEntries(entries.map(([name, settings]) => [name, networkEntry(settings)]));
}

function networkEntry(settings: EndpointSettings | undefined): unknown {
  const { EndpointID, Gateway, IPAddress, IPPrefixLen, MacAddress } = addressView(settings);
  return {
    IPAMConfig: null,
    Links: null,
    Aliases: null,
    NetworkID: settings?.network ?? '',
    EndpointID,
    Gateway,
    IPAddress,
    IPPrefixLen,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    MacAddress,
  };
}

function addressView(settings: EndpointSettings | undefined) {
  const has = settings !== undefined && settings.address !== '';
  return {
    EndpointID: settings?.endpoint ?? '',
    Gateway: has ? subnet.gateway : '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    IPAddress: settings?.address ?? '',
    IPPrefixLen: has ? subnet.prefix : 0,
    IPv6Gateway: '',
    MacAddress: settings?.mac ?? '',
  };
}

function statusText({ state }: ContainerRecord): string {
  const since = (time: string) => humanDuration((Date.now() - Date.parse(time)) / 1000);
  if (state.status === 'running') return `Up ${since(state.startedAt)}`;
  if (state.status === 'created') return 'Created';
  const text = `(${state.exitCode}) ${since(state.finishedAt)} ago`;
  return state.status === 'restarting' ? `Restarting ${text}` : `Exited ${text}`;
}
