import { messageOf } from './api-error.ts';
import { sandboxPath, type Connections } from './connections.ts';
import type { Containers } from './containers.ts';
import type { Log } from './log.ts';
import { enterNetns, netnsPath, removeNetns } from './netns.ts';
import type { Networks, Sandbox } from './networks.ts';
import { isRunning } from './record.ts';

/** The state of the previous daemon that a start restores. */
export interface Restored {
  containers: Containers;
  networks: Networks;
  connections: Connections;
  log: Log;
}

/**
 * Takes over the sandboxes that an earlier daemon left on disk, as libnetwork does when it starts: those of containers
 * that run on are entered again. Where that fails, the sandbox stays unknown to this daemon, and the endpoints in it
 * count as stale: they are deleted and their addresses released, though a running container holds them. A later daemon that
 * enters the namespace again, as it was mounted again, restores the sandbox without them.
 */
export async function restoreSandboxes({ containers, networks, connections, log }: Restored): Promise<void> {
  const running = containers.all().filter(isRunning);
  for (const { id, driver } of running.length > 0 ? networks.all : []) {
    if (driver === 'bridge') log.debug(`Network (${id.slice(0, 7)}) restored`);
  }
  for (const endpoint of networks.endpoints()) connections.restore(endpoint);
  for (const sandbox of networks.recordedSandboxes()) {
    const container = running.find(({ network }) => network.sandbox === sandbox.id);
    if (!container) {
      const missing = missingEndpoints(sandbox, networks);
      for (const { id } of missing) log.error(`${notBuilt(id)}: ${notFound(id)}`);
      log.info(`Removing stale sandbox ${sandbox.id} (${sandbox.container})`);
      for (const { id } of missing) {
        log.warning(
          `Failed deleting endpoint ${id}: failed to get endpoint from store during Delete: ${notFound(id)}\n`,
        );
      }
      networks.removeSandbox(sandbox.id);
      await removeNetns(netnsPath(sandbox.id));
      continue;
    }
    try {
      enterNetns(sandboxPath(container));
      networks.restoreSandbox({ ...sandbox, endpoints: restoredEndpoints(sandbox, networks, log) });
    } catch (error) {
      const id = sandbox.id.slice(0, 7);
      log.error(`failed to create osl sandbox while trying to restore sandbox ${id}: ${messageOf(error)}`);
    }
  }
  const stale = networks.endpoints().filter(({ sandbox }) => !networks.sandbox(sandbox));
  for (const endpoint of stale) await connections.releaseStale(endpoint);
  for (const network of networks.all) {
    const actual = stale.filter((one) => one.network === network.id).length;
    if (actual === 0) continue;
    const left = networks.endpoints().filter((one) => one.network === network.id).length;
    const counts = `Expected=${left}, Actual=${left + actual}`;
    log.info(`Fixing inconsistent endpoint_cnt for network ${network.name}. ${counts}`);
  }
  if (running.length > 0) log.info('There are old running containers, the network config will not take affect');
}

/** The endpoints of a recorded sandbox that are still there; of each of the others the log speaks twice, as libnetwork's does. */
function restoredEndpoints(sandbox: Sandbox, networks: Networks, log: Log): Sandbox['endpoints'] {
  for (const { id, network } of missingEndpoints(sandbox, networks)) {
    log.error(`${notBuilt(id)}: ${notFound(id)}`);
    log.error(
      `failed to restore endpoint ${id} in ${network} for container ${sandbox.container} due to ${notFound(id)}`,
    );
  }
  return sandbox.endpoints.filter(({ id }) => networks.hasEndpoint(id));
}

function missingEndpoints({ endpoints }: Sandbox, networks: Networks): Sandbox['endpoints'] {
  return endpoints.filter(({ id }) => !networks.hasEndpoint(id));
}

function notBuilt(endpoint: string): string {
  return `getEndpointFromStore for eid ${endpoint} failed while trying to build sandbox for cleanup`;
}

function notFound(endpoint: string): string {
  return `could not find endpoint ${endpoint}: []`;
}
