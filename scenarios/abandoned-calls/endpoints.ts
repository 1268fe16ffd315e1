import { levelNames } from '../../harness/core/levels.ts';

/** The sign by which a client knows that the daemon works on its call. */
type Sign =
  /** The head of an answer has this status. */
  | { kind: 'status'; status: number }
  /** The daemon has asked the registry for what the call is about. */
  | { kind: 'registry' }
  /** There is none: the protocol looks at the daemon's descriptors. */
  | { kind: 'accepted' };

/** A call of the Engine API that can wait. */
export interface Endpoint {
  /** The oldest API version that has the call as it is made here. */
  api: string;
  sign: Sign;
  /** Whether the call is about a container. */
  ofContainer: boolean;
}

/** The oldest API of the lab's dockers, 1.12: calls that are older need no more. */
const oldest = '1.24';

/** The calls, by their levels. */
const table = {
  attach: { api: oldest, sign: { kind: 'status', status: 101 }, ofContainer: true },
  'attach-websocket': { api: oldest, sign: { kind: 'status', status: 101 }, ofContainer: true },
  'exec-start': { api: oldest, sign: { kind: 'status', status: 101 }, ofContainer: true },
  'logs-follow': { api: oldest, sign: { kind: 'status', status: 200 }, ofContainer: true },
  events: { api: oldest, sign: { kind: 'status', status: 200 }, ofContainer: false },
  'stats-stream': { api: oldest, sign: { kind: 'status', status: 200 }, ofContainer: true },
  /** It is left before the collector has ticked twice. */
  'stats-once': { api: oldest, sign: { kind: 'accepted' }, ofContainer: true },
  /** Since 1.30 the head comes before the container ends. */
  wait: { api: '1.30', sign: { kind: 'status', status: 200 }, ofContainer: true },
  /** Of a registry that never answers the question for the manifest. */
  pull: { api: oldest, sign: { kind: 'registry' }, ofContainer: false },
  /** By the classic builder, with a context of which only the first bytes come; `100 Continue` says that the daemon reads it. */
  build: { api: oldest, sign: { kind: 'status', status: 100 }, ofContainer: false },
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof table;
export const endpoints: Readonly<Record<EndpointName, Endpoint>> = table;
export const endpointNames = levelNames(table);
