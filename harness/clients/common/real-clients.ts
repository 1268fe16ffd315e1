import { sourceExtension } from '../../core/own-program.ts';
import type { Behaviour } from './behaviour.ts';

/** A client as people have it, held by a small program that speaks the engine's protocol. */
export interface RealClient extends Behaviour {
  /** Its file, in the folder `real`. */
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
    program: `dockerode${sourceExtension}`,
    mostCalls: 3000,
  },
];
