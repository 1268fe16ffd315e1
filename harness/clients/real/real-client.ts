import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Fetching } from '../../../vms/build.ts';
import { fetchUserland } from '../../fetch/userland.ts';
import type { BesideProgram, StartsBeside } from '../../machine/beside.ts';
import type { Machine } from '../../machine/contract.ts';
import type { RealClient } from '../common/real-clients.ts';
import { startProgram, type Client } from '../engine/client.ts';
import { nodeProgram } from '../common/node-program.ts';

/** A real client as a program for the daemon whose socket is at `socketPath` in the cell; its userland is downloaded first. */
export async function realProgram(socketPath: string, client: RealClient, fetching: Fetching): Promise<BesideProgram> {
  const program = path.join(import.meta.dirname, client.program);
  if (runsOnNode(client)) return nodeProgram(program, (seen) => [seen(socketPath)]);
  const { root } = await fetchUserland('clients', fetching);
  return {
    files: [],
    userland: root,
    words: (seen) => ['/usr/bin/python3', seen(besideSocket(socketPath, client)), seen(socketPath)],
  };
}

/** Starts a real client next to the daemon whose socket is at `socketPath` in the cell. */
export async function startRealClient(
  machine: Machine & StartsBeside,
  socketPath: string,
  client: RealClient,
  fetching: Fetching,
): Promise<Client> {
  if (!runsOnNode(client)) {
    const content = await readFile(path.join(import.meta.dirname, client.program));
    await machine.writeFile(besideSocket(socketPath, client), content);
  }
  return startProgram(machine, await realProgram(socketPath, client, fetching), client);
}

/** A program for a userland, which has none of the lab's files, is put into the cell. */
function besideSocket(socketPath: string, { program }: RealClient): string {
  return `${path.dirname(socketPath)}/${program}`;
}

function runsOnNode({ program }: RealClient): boolean {
  return !program.endsWith('.py');
}
