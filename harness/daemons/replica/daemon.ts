import type { Collector } from './collector.ts';
import type { Connections } from './connections.ts';
import type { Containers } from './containers.ts';
import type { Events } from './events.ts';
import type { Flags } from './flags.ts';
import type { Images } from './images.ts';
import type { LifeCycle } from './life-cycle.ts';
import type { Log } from './log.ts';
import type { Networks } from './networks.ts';
import type { Supervisor } from './supervisor.ts';

/** All that the routes work with. */
export interface Daemon {
  flags: Flags;
  containers: Containers;
  images: Images;
  networks: Networks;
  connections: Connections;
  collector: Collector;
  supervisor: Supervisor;
  lifeCycle: LifeCycle;
  events: Events;
  log: Log;
}
