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

/** Connects containers to networks, and disconnects them. */
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
    const id = newId();
    const endpoint = this.#newEndpoint(record, network, id);
    const sandbox: Sandbox = {
      id,
      container: record.id,
      hasNamespace: true,
      interfaces: 1,
      endpoints: [{ id: endpoint.id, network: network.id }],
    };
    record.network = { sandbox: sandbox.id, endpoints: { [network.name]: settingsOf(endpoint) } };
    try {
      if (network.name === 'host') await keepOwnNetns(sandboxPath(record));
      else await makeNetns(sandboxPath(record), endpoint.veth ? wireCommands(endpoint, 0) : []);
      if (endpoint.veth) await this.#plugIn(endpoint);
    } catch (error) {
      this.#release(endpoint);
      throw error;
    }
    this.#networks.addSandbox(sandbox);
  }

  /** Releases all network resources of a container that ended. */
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
    for (const endpoint of this.#networks.endpointsOf(record.id)) await this.#unplug(endpoint);
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
    const made = { id: newId(), container: record.id, hasNamespace: false, interfaces: 0, endpoints: [] };
    const sandbox: Sandbox = known ?? made;
    const endpoint = this.#newEndpoint(record, network, sandbox.id);
    record.network.sandbox = sandbox.id;
    record.network.endpoints[network.name] = settingsOf(endpoint);
    this.#networks.addSandbox({
      ...sandbox,
      interfaces: sandbox.interfaces + 1,
      endpoints: [...sandbox.endpoints, { id: endpoint.id, network: network.id }],
    });
    if (!endpoint.veth) return;
    if (sandbox.hasNamespace)
      await ipBatch(wireCommands(endpoint, sandbox.interfaces), ['nsenter', `--net=${sandboxPath(record)}`]);
    else await strayWire(endpoint.veth, newVeth());
    await this.#plugIn(endpoint);
  }

  /** `docker network disconnect` of a running container. */
  async disconnect(record: ContainerRecord, network: Network): Promise<void> {
    const endpoint = this.#networks.endpointsOf(record.id).find((one) => one.network === network.id);
    if (!endpoint) throw new Error(`container ${record.id} is not connected to the network`);
    await this.#unplug(endpoint);
    const sandbox = this.#networks.sandbox(record.network.sandbox);
    if (sandbox) {
      const endpoints = sandbox.endpoints.filter(({ id }) => id !== endpoint.id);
      this.#networks.addSandbox({ ...sandbox, endpoints });
    }
    record.network.endpoints = Object.fromEntries(
      Object.entries(record.network.endpoints).filter(([name]) => name !== network.name),
    );
  }

  /** Asks for the address of an endpoint again, which an earlier daemon has given it. */
  restore({ id, network, containerName, address }: Endpoint): void {
    if (address === '') return;
    this.#log.debug(`Endpoint (${id.slice(0, 7)}) restored to network (${network.slice(0, 7)})`);
    this.#log.debug(`Assigning addresses for endpoint ${containerName}'s interface on network bridge`);
    this.#log.debug(`RequestAddress(${pool}, ${address}, map[])`);
  }

  /**
   * Forgets an endpoint, whose address is free from then on, even if a container still uses it. A wire into a container stays; one that
   * leads nowhere goes.
   */
  async releaseStale(endpoint: Endpoint): Promise<void> {
    this.#log.info(`Removing stale endpoint ${endpoint.containerName} (${endpoint.id})`);
    this.#release(endpoint);
    const sandbox = this.#networks.recordedSandboxes().find(({ id }) => id === endpoint.sandbox);
    if (endpoint.veth && sandbox?.hasNamespace === false) await unplug(endpoint.veth);
  }

  #newEndpoint(record: ContainerRecord, network: Network, sandbox: string): Endpoint {
    const { id: container, name: containerName } = record;
    const common = { id: newId(), network: network.id, sandbox, container, containerName };
    let endpoint: Endpoint = { ...common, address: '', mac: '', veth: '' };
    if (network.driver === 'bridge') {
      this.#log.debug(`Assigning addresses for endpoint ${containerName}'s interface on network ${network.name}`);
      this.#log.debug(`RequestAddress(${pool}, <nil>, map[])`);
      // Once more for IPv6, of which this network has none.
      this.#log.debug(`Assigning addresses for endpoint ${containerName}'s interface on network ${network.name}`);
      const address = lowestFree(this.#networks.heldAddresses());
      endpoint = { ...common, address, mac: macOf(address), veth: newVeth() };
    }
    this.#networks.addEndpoint(endpoint);
    return endpoint;
  }

  async #plugIn({ id, containerName, veth }: Endpoint): Promise<void> {
    this.#log.debug(`Programming external connectivity on endpoint ${containerName} (${id})`);
    await plugIn(veth);
  }

  async #unplug(endpoint: Endpoint): Promise<void> {
    const { id, containerName, veth } = endpoint;
    if (veth) this.#log.debug(`Revoking external connectivity on endpoint ${containerName} (${id})`);
    this.#release(endpoint);
    if (veth) await unplug(veth);
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
