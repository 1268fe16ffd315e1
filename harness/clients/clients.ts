import { quietly } from '../fetch/cache.ts';
import { runContainer } from '../daemons/containers.ts';
import type { Dockerd } from '../daemons/dockerd.ts';
import type { BesideFiles, StartsBeside } from '../machine/beside.ts';
import type { Machine } from '../machine/contract.ts';
import { behaviours, type Behaviour } from './common/behaviour.ts';
import { engineProgram, startClient, startProgram, type Client } from './engine/client.ts';
import { inContainer } from './in-container.ts';
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

/** Name of the container that a client is in which has one. */
export const clientContainer = 'agent';

/** Starts a client by its name next to a daemon, or in a container of it. */
export async function startNamed(
  machine: Machine & StartsBeside,
  { socket, engine }: Pick<Dockerd, 'socket' | 'engine'>,
  name: string,
): Promise<Client> {
  const real = realClients.find((one) => one.name === name);
  if (real) return startRealClient(machine, socket, real, quietly());
  const client = clientNamed(name);
  if (client.place !== 'container') return startClient(machine, socket, client);
  const { id } = await runContainer(engine, clientContainer);
  const { State } = await engine.getContainer(id).inspect();
  const program = await engineProgram(socket, client);
  return startProgram(machine, inContainer(program, { id, pid: State.Pid }), client);
}

/** The needs of clients on the host, by name; a userland is downloaded first. */
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
