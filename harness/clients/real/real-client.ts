import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Obtaining } from '../../../vms/build.ts';
import { obtainUserland } from '../../../vms/obtain/userland.ts';
import type { Machine, StartsBeside } from '../../machines/machine.ts';
import type { Behaviour } from '../behaviour.ts';
import { startProgram, type Client } from '../engine/client.ts';

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

/** Enters a userland with the cell's /proc, in a mount namespace that goes with the program. */
const enterUserland = 'mount -t proc proc "$0/proc" && mount --bind /dev "$0/dev" && exec chroot "$0" "$@"';

/** The root of the cell, seen from a userland that has the cell's /proc: its init is process 1 there. */
const cellRoot = '/proc/1/root';

/** Starts a real client next to the daemon whose socket is at `socketPath` in the cell; its userland is obtained first. */
export async function startRealClient(
  machine: Machine & StartsBeside,
  socketPath: string,
  client: RealClient,
  obtaining: Obtaining,
): Promise<Client> {
  const { command, socket } = machine.beside(socketPath);
  const program = path.join(import.meta.dirname, client.program);
  if (client.program.endsWith('.ts'))
    return startProgram(machine, [...command, process.execPath, program, socket], client);
  const { root } = await obtainUserland('clients', obtaining);
  const inCell = `${path.dirname(socketPath)}/${client.program}`;
  await machine.writeFile(inCell, await readFile(program));
  const inUserland = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', enterUserland, root];
  const python = ['/usr/bin/python3', cellRoot + inCell, cellRoot + socketPath];
  return startProgram(machine, [...command, ...inUserland, ...python], client);
}
