import { quietly } from '../fetch/cache.ts';
import { runContainer } from '../daemons/containers.ts';
import type { Dockerd } from '../daemons/dockerd.ts';
import type { BesideFiles, StartsBeside } from '../machine/beside.ts';
import type { Machine } from '../machine/contract.ts';
import { clientContainer, clientNamed } from './common/all-clients.ts';
import { engineProgram, startClient, startProgram, type Client } from './engine/client.ts';
import { inContainer } from './in-container.ts';
import { realClients } from './common/real-clients.ts';
import { realProgram, startRealClient } from './real/real-client.ts';

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
  const { id } = await runContainer(machine, engine, clientContainer);
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
