import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Fetching } from '../../../vms/build.ts';
import { fetchUserland } from '../../fetch/userland.ts';
import type { BesideProgram, StartsBeside } from '../../machine/beside.ts';
import type { Machine } from '../../machine/contract.ts';
import type { Behaviour } from '../common/behaviour.ts';
import { startProgram, type Client } from '../engine/client.ts';
import { nodeProgram } from '../common/node-program.ts';

/** A client as people have it, held by a small program that speaks the engine's protocol. */
export interface RealClient extends Behaviour {
  /** File beside this one. */
  program: string;
  /** Calls that one cell can hold: each is a thread, or a process of 40 MB. */
  mostCalls: number;
}

const asked = { call: 'non-stream', period: 10 } as const;

/** The real clients that are wrapped. */
export const realClients: readonly RealClient[] = [
  {
    ...asked,
    name: 'docker-cli',
    summary: '`docker stats --no-stream` of docker 20.10, stopped with SIGSTOP while it waits',
    stopsReadingAfter: 0,
    program: 'docker_cli.py',
    mostCalls: 60,
  },
  {
    ...asked,
    name: 'python-docker',
    summary: 'the docker SDK for Python with its default time-out of 60 s',
    program: 'docker_sdk.py',
    mostCalls: 300,
  },
  {
    ...asked,
    name: 'dockerode',
    summary: 'dockerode, without an abort signal',
    program: 'dockerode.ts',
    mostCalls: 3000,
  },
];

/** A real client as a program for the daemon whose socket is at `socketPath` in the cell; its userland is downloaded first. */
export async function realProgram(socketPath: string, client: RealClient, fetching: Fetching): Promise<BesideProgram> {
  const program = path.join(import.meta.dirname, client.program);
  if (isTypeScript(client)) return nodeProgram(program, (seen) => [seen(socketPath)]);
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
  if (!isTypeScript(client)) {
    const content = await readFile(path.join(import.meta.dirname, client.program));
    await machine.writeFile(besideSocket(socketPath, client), content);
  }
  return startProgram(machine, await realProgram(socketPath, client, fetching), client);
}

/** A program for a userland, which has none of the lab's files, is put into the cell. */
function besideSocket(socketPath: string, { program }: RealClient): string {
  return `${path.dirname(socketPath)}/${program}`;
}

function isTypeScript({ program }: RealClient): boolean {
  return program.endsWith('.ts');
}
