import { quietly } from '../../vms/cache.ts';
import type { BesideFiles, StartsBeside } from '../machines/beside.ts';
import type { Machine } from '../machines/machine.ts';
import { behaviours, type Behaviour } from './behaviour.ts';
import { engineProgram, startClient, type Client } from './engine/client.ts';
import { realClients, realProgram, startRealClient } from './real/real-client.ts';

/** Everyone who can ask a daemon for stats: behaviours that the engine executes, and real clients. */
export const clients: readonly Behaviour[] = [...behaviours, ...realClients];

/**
 * The client of that name.
 *
 * @throws {RangeError} when there is none.
 */
export function clientNamed(name: string): Behaviour {
  const found = clients.find((one) => one.name === name);
  if (!found) throw new RangeError(`no client is called ${name}`);
  return found;
}

/** The most calls that a client can hold in a cell; undefined for the engine, which holds tens of thousands. */
export function mostCallsOf(name: string): number | undefined {
  return realClients.find((one) => one.name === name)?.mostCalls;
}

/** Starts a client by its name next to the daemon whose socket is at `socketPath` in the cell. */
export function startNamed(machine: Machine & StartsBeside, socketPath: string, name: string): Promise<Client> {
  const real = realClients.find((one) => one.name === name);
  if (!real) return startClient(machine, socketPath, clientNamed(name));
  return startRealClient(machine, socketPath, real, quietly());
}

/** What clients need of the host, by their names; a userland is obtained first. */
export function besideFiles(names: readonly string[]): Promise<BesideFiles[]> {
  // Where the socket is makes no difference to that.
  const socketPath = '/';
  return Promise.all(
    names.map((name) => {
      const real = realClients.find((one) => one.name === name);
      return real ? realProgram(socketPath, real, quietly()) : engineProgram(socketPath, clientNamed(name));
    }),
  );
}
