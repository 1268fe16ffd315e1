import type { ContainerFacts } from '../../harness/daemons/containers.ts';
import type { Dockerd } from '../../harness/daemons/dockerd.ts';
import { matchingLines, patterns } from '../../harness/probes/daemon-log.ts';
import type { NetnsRestoreObservations } from './observations.ts';

/** The lines that decide of a daemon's log. */
export function linesOf(log: string) {
  return {
    restoreErrors: matchingLines(log, patterns.restoreError),
    populateErrors: matchingLines(log, patterns.populateError),
    collectingStats: matchingLines(log, patterns.collectingStats),
  };
}

/**
 * A container after the last start.
 *
 * @param before undefined for a container that did not run
 */
export function restored(
  { name, running, pid, address, recordedAddress, reachesGateway }: ContainerFacts,
  before: ContainerFacts | undefined,
  endpointKnown: boolean,
): NetnsRestoreObservations['containers'][number] {
  return { name, running, sameProcess: pid === before?.pid, address, recordedAddress, reachesGateway, endpointKnown };
}

/** Ids of the containers that the daemon has in a network. */
export async function knownEndpoints(daemon: Dockerd, network = 'bridge'): Promise<Set<string>> {
  const { Containers } = await daemon.engine.getNetwork(network).inspect();
  return new Set(Object.keys(Containers ?? {}));
}

/** Names of the containers whose interface has an address. */
export function holdersOf(address: string, candidates: ContainerFacts[]): string[] {
  return candidates.filter((one) => address !== '' && one.address === address).map(({ name }) => name);
}
