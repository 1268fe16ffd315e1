import type { MountFlags } from '../core/mount-flags.ts';

/** A request to both daemons, and how to wait for the answer. */
export interface Ask {
  /** Its name for people; unique in a script. */
  name: string;
  method: string;
  /** `{web}` stands for the id of the container that was created as `web`. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent as it is. Always declared as `application/json` unless `headers` say otherwise. */
  body?: unknown;
  /** `frame`: the first line of the body is enough, and the connection is then closed. */
  until?: 'frame';
  /** Ticks of the collector after which it counts as never answered. */
  ticks?: number;
  /** The client says at once that it will send nothing more, and goes on reading. */
  halfClose?: true;
  /** The next steps go on while it waits; a later {@link Settle} takes its answer. */
  keepOpen?: true;
}

/** Awaits the answer of a request that was kept open. */
export interface Settle {
  name: string;
  /** Name of that step. */
  settles: string;
  ticks?: number;
}

/** The options to start the daemon. */
export interface StartOptions {
  /** The unit's mount propagation from now on; `slave` until a step changes it. */
  mountFlags?: MountFlags;
  /** Before the stop, the daemon is asked where the network namespaces of running containers are: a later one may have forgotten it. */
  noteNamespaces?: true;
  /** While the daemon is down, the noted namespaces of containers that run are mounted again on their files. */
  mountAgain?: true;
}

/** The daemon is started, after it has been stopped if it ran, as its unit does it. */
interface Start extends StartOptions {
  name: string;
  start: true;
}

/** One thing that is done to both daemons. */
export type Step = Ask | Settle | Start;

/** The description of a step: `inspect: GET /containers/web/json`. */
export function describeStep(step: Step): string {
  if ('start' in step) return `${step.name}: dockerd starts`;
  if ('settles' in step) return `${step.name}: the answer of ${step.settles}`;
  return `${step.name}: ${step.method} ${step.path}`;
}
