import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import { subnet } from './address.ts';
import { ipBatch } from './program.ts';

const bridgeName = 'docker0';

/** One end of a wire between a container and the bridge. */
export interface Wire {
  /** The end in the daemon's network namespace. */
  veth: string;
  address: string;
  mac: string;
}

/** Makes the bridge, unless an earlier daemon has. */
export async function ensureBridge(): Promise<void> {
  const present = await access(`/sys/class/net/${bridgeName}`).then(
    () => true,
    () => false,
  );
  if (present) return;
  await ipBatch([
    // Of its own, as libnetwork's setupDevice gives it: the kernel's changes with the bridge's ports, and containers then
    // ask for their gateway at an address that is no longer in use.
    `link add ${bridgeName} address ${bridgeMac()} type bridge`,
    `addr add ${subnet.gateway}/${subnet.prefix} dev ${bridgeName}`,
    `link set ${bridgeName} up`,
  ]);
}

function bridgeMac(): string {
  return ['02', '42', ...Array.from(randomBytes(4), (byte) => byte.toString(16).padStart(2, '0'))].join(':');
}

/** Commands that make the wire and set its end up, to be run in the container's network namespace; it is `eth<number>`. */
export function wireCommands({ veth, address, mac }: Wire, number: number): string[] {
  const name = `eth${number}`;
  return [
    `link add ${name} address ${mac} type veth peer name ${veth} netns ${process.pid}`,
    `addr add ${address}/${subnet.prefix} dev ${name}`,
    `link set ${name} up`,
    `route add default via ${subnet.gateway}`,
  ];
}

/** Plugs the daemon's end of a wire into the bridge. */
export async function plugIn(veth: string): Promise<void> {
  await ipBatch([`link set ${veth} master ${bridgeName} up`]);
}

/** Makes a wire whose other end goes nowhere, as 1.13.1 does for a container whose namespace it has lost. */
export async function strayWire(veth: string, other: string): Promise<void> {
  await ipBatch([`link add ${veth} type veth peer name ${other}`]);
}

/** Takes the wire away; with its namespace it may have gone already. */
export async function unplug(veth: string): Promise<void> {
  await ipBatch([`link delete ${veth}`]).catch(() => '');
}
