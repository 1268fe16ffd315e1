import { lowestFree, macOf, subnet } from './address.ts';
import { plugIn, strayWire, unplug, wireCommands } from './bridge.ts';
import { newId, newVeth } from './identifier.ts';
import type { Log } from './log.ts';
import { keepOwnNetns, makeNetns, netnsPath, removeNetns } from './netns.ts';
import type { Endpoint, Network, Networks, Sandbox } from './networks.ts';
import { ipBatch } from './program.ts';
import { networkModeOf, type ContainerRecord } from './record.ts';

const pool = `LocalDefault/${subnet.base}/${subnet.prefix}`;

/** The path of a sandbox's namespace; containers with the host's network share one. */
export function sandboxPath(record: ContainerRecord): string {
  return networkModeOf(record) === 'host' ? netnsPath('default') : netnsPath(record.network.sandbox);
}

/** Connects containers to networks, and lets go of them. */
export class Connections {
  #networks: Networks;
  #log: Log;

  constructor(networks: Networks, log: Log) {
    this.#networks = networks;
    this.#log = log;
  }

  /** Makes the sandbox of a container that is about to start, in the network of its mode. */
  async open(record: ContainerRecord): Promise<void> {
    const network = this.#networks.find(networkModeOf(record));
    const sandbox: Sandbox = { id: newId(), container: record.id, hasNamespace: true };
    const endpoint = this.#newEndpoint(record, network, sandbox);
    record.network = { sandbox: sandbox.id, endpoints: { [network.name]: settingsOf(endpoint) } };
    try {
      if (network.name === 'host') await keepOwnNetns(sandboxPath(record));
      else await makeNetns(sandboxPath(record), endpoint.veth ? wireCommands(endpoint) : []);
      if (endpoint.veth) await plugIn(endpoint.veth);
    } catch (error) {
      this.#release(endpoint);
      throw error;
    }
    this.#networks.addSandbox(sandbox);
  }

  /** Lets go of all that a container that ended had. */
  async close(record: ContainerRecord): Promise<void> {
    const id = record.network.sandbox;
    for (const [name, settings] of Object.entries(record.network.endpoints)) {
      record.network.endpoints[name] = { ...settings, endpoint: '', address: '', mac: '' };
    }
    if (!this.#networks.sandbox(id)) {
      // On disk it stays: the next start finds it stale.
      this.#log.warning(`error locating sandbox id ${id}: sandbox ${id} not found`);
      return;
    }
    for (const endpoint of this.#networks.endpointsOf(record.id)) {
      this.#release(endpoint);
      if (endpoint.veth) await unplug(endpoint.veth);
    }
    // The namespace of the host is every such container's.
    if (networkModeOf(record) !== 'host') await removeNetns(sandboxPath(record));
    this.#networks.removeSandbox(id);
  }

  /** `docker network connect` of a running container. */
  async connect(record: ContainerRecord, network: Network): Promise<void> {
    if (this.#networks.endpointsOf(record.id).some((one) => one.network === network.id)) {
      throw new Error(`service endpoint with name ${record.name} already exists`);
    }
    const known = this.#networks.sandbox(record.network.sandbox);
    // For a container whose sandbox was lost, one without a namespace is made, and its wire leads nowhere.
    const sandbox = known ?? { id: newId(), container: record.id, hasNamespace: false };
    const endpoint = this.#newEndpoint(record, network, sandbox);
    record.network.sandbox = sandbox.id;
    record.network.endpoints[network.name] = settingsOf(endpoint);
    this.#networks.addSandbox(sandbox);
    if (!endpoint.veth) return;
    if (!sandbox.hasNamespace) {
      await strayWire(endpoint.veth, newVeth());
      return;
    }
    await ipBatch(wireCommands(endpoint), ['nsenter', `--net=${sandboxPath(record)}`]);
    await plugIn(endpoint.veth);
  }

  /** `docker network disconnect` of a running container. */
  async disconnect(record: ContainerRecord, network: Network): Promise<void> {
    const endpoint = this.#networks.endpointsOf(record.id).find((one) => one.network === network.id);
    if (!endpoint) throw new Error(`container ${record.id} is not connected to the network`);
    this.#release(endpoint);
    if (endpoint.veth) await unplug(endpoint.veth);
    record.network.endpoints = Object.fromEntries(
      Object.entries(record.network.endpoints).filter(([name]) => name !== network.name),
    );
  }

  /** Forgets an endpoint, whose address is free from then on, whoever may still hold it. */
  releaseStale(endpoint: Endpoint): void {
    this.#log.info(`Removing stale endpoint ${endpoint.containerName} (${endpoint.id})`);
    this.#release(endpoint);
  }

  #newEndpoint(record: ContainerRecord, network: Network, sandbox: Sandbox): Endpoint {
    const { id: container, name: containerName } = record;
    const common = { id: newId(), network: network.id, sandbox: sandbox.id, container, containerName };
    let endpoint: Endpoint = { ...common, address: '', mac: '', veth: '' };
    if (network.driver === 'bridge') {
      this.#log.debug(`Assigning addresses for endpoint ${containerName}'s interface on network ${network.name}`);
      this.#log.debug(`RequestAddress(${pool}, <nil>, map[])`);
      const address = lowestFree(this.#networks.heldAddresses());
      endpoint = { ...common, address, mac: macOf(address), veth: newVeth() };
    }
    this.#networks.addEndpoint(endpoint);
    return endpoint;
  }

  #release(endpoint: Endpoint): void {
    const { containerName, address } = endpoint;
    if (address !== '') {
      this.#log.debug(`Releasing addresses for endpoint ${containerName}'s interface on network bridge`);
      this.#log.debug(`ReleaseAddress(${pool}, ${address})`);
    }
    this.#networks.removeEndpoint(endpoint);
  }
}

function settingsOf({ id, network, address, mac }: Endpoint): ContainerRecord['network']['endpoints'][string] {
  return { network, endpoint: id, address, mac };
}
