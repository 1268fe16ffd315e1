import { parseArgs } from 'node:util';
import { fixes, isFix, type Fix } from '../../../vms/replica/fixes.ts';

/** The command-line options of a replica. */
export interface Flags {
  debug: boolean;
  /** Path of the socket. */
  socket: string;
  pidFile: string;
  liveRestore: boolean;
  fixes: ReadonlySet<Fix>;
  /** Only tell the version. */
  version: boolean;
}

/**
 * Reads the flags that the lab's units have, of those that dockerd 1.13.1 knows, and `--replica-fix`.
 *
 * @throws {Error} for any other.
 */
export function readFlags(words: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...words],
    options: {
      debug: { type: 'boolean', short: 'D', default: false },
      host: { type: 'string', short: 'H', default: 'unix:///var/run/docker.sock' },
      pidfile: { type: 'string', short: 'p', default: '/var/run/docker.pid' },
      'live-restore': { type: 'boolean', default: false },
      'replica-fix': { type: 'string', multiple: true, default: [] },
      version: { type: 'boolean', short: 'v', default: false },
    },
  });
  const socket = /^unix:\/\/(\/.+)$/.exec(values.host)?.[1];
  if (socket === undefined) throw new Error(`the replica listens on unix sockets alone, not on ${values.host}`);
  const unknown = values['replica-fix'].find((name) => !isFix(name));
  if (unknown !== undefined) throw new Error(`no fix is called ${unknown}; there are ${Object.keys(fixes).join(', ')}`);
  return {
    debug: values.debug,
    socket,
    pidFile: values.pidfile,
    liveRestore: values['live-restore'],
    fixes: new Set(values['replica-fix'].filter(isFix)),
    version: values.version,
  };
}
