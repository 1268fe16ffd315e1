import { ApiError } from './api-error.ts';
import { now } from './clock.ts';
import { newId } from './identifier.ts';
import { loadState, saveState, stateRoot } from './state.ts';

const file = `${stateRoot}/networks.json`;

/** One of the three networks that a daemon makes by itself. */
export interface Network {
  id: string;
  name: 'none' | 'host' | 'bridge';
  driver: 'null' | 'host' | 'bridge';
  created: string;
}

/** A container's place in a network. */
export interface Endpoint {
  id: string;
  network: string;
  sandbox: string;
  container: string;
  containerName: string;
  /** Empty in networks without addresses. */
  address: string;
  mac: string;
  /** The end of its wire that is in the daemon's network namespace; empty without a wire. */
  veth: string;
}

/** A container's network namespace, as the daemon knows it. */
export interface Sandbox {
  id: string;
  container: string;
  /** False for one that was made for a running container, and is no namespace at all. */
  hasNamespace: boolean;
  /** The number of interfaces that it has been given: the next one gets this number in its name, even if the others are gone. */
  interfaces: number;
  /** Endpoints in it, each with its network; a record on disk may name some that were deleted since. */
  endpoints: { id: string; network: string }[];
}

interface Recorded {
  networks: Network[];
  endpoints: Endpoint[];
  sandboxes: Sandbox[];
}

/** The three networks that a docker has by itself, who is in them, and the sandboxes; in memory and on disk. */
export class Networks {
  readonly all: Network[];
  #endpoints: Map<string, Endpoint>;
  /** As on disk; with those that this daemon could not restore. */
  #recorded: Map<string, Sandbox>;
  /** As this daemon has them: a sandbox that is not in here is "not found". */
  #restored = new Map<string, Sandbox>();

  constructor() {
    const all = [network('none', 'null'), network('host', 'host'), network('bridge', 'bridge')];
    const state = loadState<Recorded>(file, { networks: all, endpoints: [], sandboxes: [] });
    this.all = state.networks;
    this.#endpoints = new Map(state.endpoints.map((one) => [one.id, one]));
    this.#recorded = new Map(state.sandboxes.map((one) => [one.id, one]));
    this.#save();
  }

  /** By name, id, or the beginning of an id. */
  find(word: string): Network {
    const found = this.all.find(({ name, id }) => name === word || (word !== '' && id.startsWith(word)));
    if (!found) throw new ApiError(404, `network ${word} not found`);
    return found;
  }

  endpoints(): Endpoint[] {
    return [...this.#endpoints.values()];
  }

  endpointsOf(container: string): Endpoint[] {
    return this.endpoints().filter((one) => one.container === container);
  }

  hasEndpoint(id: string): boolean {
    return this.#endpoints.has(id);
  }

  addEndpoint(endpoint: Endpoint): void {
    this.#endpoints.set(endpoint.id, endpoint);
    this.#save();
  }

  removeEndpoint({ id }: Endpoint): void {
    this.#endpoints.delete(id);
    this.#save();
  }

  heldAddresses(): Set<string> {
    return new Set(this.endpoints().map(({ address }) => address));
  }

  /** Those that an earlier daemon left on disk. */
  recordedSandboxes(): Sandbox[] {
    return [...this.#recorded.values()];
  }

  sandbox(id: string): Sandbox | undefined {
    return this.#restored.get(id);
  }

  addSandbox(sandbox: Sandbox): void {
    this.#restored.set(sandbox.id, sandbox);
    this.#recorded.set(sandbox.id, sandbox);
    this.#save();
  }

  /** Takes over a sandbox with what was found of it; the record on disk stays as it is. */
  restoreSandbox(sandbox: Sandbox): void {
    this.#restored.set(sandbox.id, sandbox);
  }

  removeSandbox(id: string): void {
    this.#restored.delete(id);
    this.#recorded.delete(id);
    this.#save();
  }

  #save(): void {
    const state: Recorded = { networks: this.all, endpoints: this.endpoints(), sandboxes: this.recordedSandboxes() };
    saveState(file, state);
  }
}

function network(name: Network['name'], driver: Network['driver']): Network {
  return { id: newId(), name, driver, created: now() };
}
