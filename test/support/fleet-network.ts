import { mkdir } from 'node:fs/promises';
import { execa } from 'execa';

/** The address of the side of the coordinator and of Redis. */
export const home = '10.77.0.1';

/** A host of its own: a network namespace, whose link can be cut. */
export interface NetworkHost {
  name: string;
  /** The command that enters it. */
  enter: readonly string[];
  cut: () => Promise<void>;
  mend: () => Promise<void>;
}

/** Of iproute2, as a cell's bridge needs it, too. */
const tool = 'ip';
const ip = (...words: string[]) => execa(tool, words);

/** Programs of the host beside `ip`. */
const tools = { mount: 'mount', nsenter: 'nsenter', unshare: 'unshare' } as const;

/** The namespaces of a network with hosts: when their first process is gone, so is all of it. */
export const insideNamespaces = [
  tools.unshare,
  '--net',
  '--mount',
  '--pid',
  '--ipc',
  '--uts',
  '--fork',
  '--kill-child=KILL',
  '--mount-proc',
] as const;

/** Mounts an empty file system of so many megabytes, in a mount namespace that is ours alone. */
export async function mountEmpty(target: string, megabytes: number): Promise<void> {
  await execa(tools.mount, ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', target]);
}

/** Makes the network of the lab, in namespaces that are ours alone. */
export async function makeNetwork(): Promise<void> {
  // Names of network namespaces are files there.
  await mkdir('/run/netns', { recursive: true });
  await mountEmpty('/run/netns', 1);
  await ip('link', 'set', 'lo', 'up');
  await ip('link', 'add', 'lab0', 'type', 'bridge');
  await ip('address', 'add', `${home}/24`, 'dev', 'lab0');
  await ip('link', 'set', 'lab0', 'up');
}

/** Makes a host, number 1 to 200. */
export async function makeHost(number: number): Promise<NetworkHost> {
  const name = `host${number}`;
  const link = `veth${number}`;
  await ip('netns', 'add', name);
  await ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  await ip('link', 'set', link, 'master', 'lab0');
  await ip('link', 'set', link, 'up');
  await ip('-n', name, 'address', 'add', `10.77.0.${number + 1}/24`, 'dev', 'eth0');
  await ip('-n', name, 'link', 'set', 'eth0', 'up');
  await ip('-n', name, 'link', 'set', 'lo', 'up');
  return {
    name,
    // `ip netns exec` would mount a /sys without the cgroups.
    enter: [tools.nsenter, `--net=/run/netns/${name}`, '--'],
    cut: async () => void (await ip('link', 'set', link, 'down')),
    mend: async () => void (await ip('link', 'set', link, 'up')),
  };
}
