import type Docker from 'dockerode';
import type { Container, ContainerSettings } from '../../harness/daemons/containers.ts';
import type { Machine } from '../../harness/machine/contract.ts';
import type { NetnsRestoreObservations } from './observations.ts';
import type { Setup } from './setups.ts';

/** The settings of the containers of a setup. */
export function containerSettings({ network, extraHosts }: Setup): ContainerSettings {
  return { ...(network && { network: network.name }), ...(extraHosts && { extraHosts }) };
}

/** Makes the user-defined network of a setup. */
export async function createNetwork(engine: Docker, { name, ipv6 }: NonNullable<Setup['network']>): Promise<void> {
  await engine.createNetwork({
    Name: name,
    Driver: 'bridge',
    ...(ipv6 && { EnableIPv6: true, IPAM: { Driver: 'default', Config: [{ Subnet: ipv6.subnet }] } }),
  });
}

/** What a setup has beside a plain host, of the containers after the last start: before another one gets the address of one of them. */
export async function observeSetup(
  machine: Machine,
  engine: Docker,
  { network, extraHosts }: Setup,
  running: readonly Container[],
): Promise<Pick<NetnsRestoreObservations, 'hostGateways' | 'ipv6'>> {
  if (extraHosts) return { hostGateways: await Promise.all(running.map((one) => readGateway(machine, engine, one))) };
  if (!network?.ipv6) return {};
  return { ipv6: await Promise.all(running.map((one) => readIpv6(machine, engine, one, network.name))) };
}

/** The IPv6 address of the next container, and the others that hold it; nothing where the setup has no IPv6. */
export async function observeNext(
  machine: Machine,
  engine: Docker,
  { network }: Setup,
  next: Container,
  ipv6: NetnsRestoreObservations['ipv6'],
): Promise<Pick<NetnsRestoreObservations, 'nextIpv6'>> {
  if (!network || !ipv6) return {};
  const { address } = await readIpv6(machine, engine, next, network.name);
  const holders = ipv6.filter((one) => address !== '' && one.address === address);
  return { nextIpv6: { address, heldBy: holders.map(({ container }) => container) } };
}

/** Reads /etc/hosts of a container, and sends one ping from within its network namespace. */
async function readGateway(machine: Machine, engine: Docker, { name, id }: Container) {
  const pid = await pidOf(engine, id);
  const read = 'busybox sed -n "s/[[:space:]]host.docker.internal$//p" "$0"';
  const { stdout } = await machine.run(['busybox', 'sh', '-c', read, `/proc/${pid}/root/etc/hosts`]);
  const address = stdout.trim();
  const ping = await machine.run([...inNetns(pid), 'busybox', 'ping', '-c', '1', '-W', '3', address]);
  return { container: name, address, reached: address !== '' && ping.exitCode === 0 };
}

async function readIpv6(machine: Machine, engine: Docker, { name, id }: Container, network: string) {
  const { State, NetworkSettings } = await engine.getContainer(id).inspect();
  const show = ['busybox', 'ip', '-6', '-o', 'addr', 'show', 'dev', 'eth0', 'scope', 'global'];
  const { stdout } = await machine.run([...inNetns(State.Pid), ...show]);
  return {
    container: name,
    address: /inet6 ([\da-f:]+)\//.exec(stdout)?.[1] ?? '',
    recordedAddress: NetworkSettings.Networks[network]?.GlobalIPv6Address ?? '',
  };
}

async function pidOf(engine: Docker, id: string): Promise<number> {
  const { State } = await engine.getContainer(id).inspect();
  return State.Pid;
}

function inNetns(pid: number): string[] {
  return ['nsenter', `--net=/proc/${pid}/ns/net`, '--wd=/'];
}
