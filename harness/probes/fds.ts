import { granularities } from '../judge/granularity.ts';
import { readOutput, type Probe } from './probe.ts';

const step = { unit: 'fds', granularity: granularities.fds };

/** Open file descriptors by kind, from the links in `/proc/PID/fd` (proc(5)). */
export const fds: Probe = {
  name: 'file descriptors',
  metrics: [
    { metric: 'fds', ...step },
    { metric: 'fds-socket', ...step },
    { metric: 'fds-pipe', ...step },
    { metric: 'fds-other', ...step },
  ],
  cost: 'none for the daemon: one look into /proc',
  async read(target) {
    // A descriptor that closes while it is listed is none: only the directory has to be there to the end.
    const script = 'busybox ls -l "$0" 2>/dev/null; busybox test -d "$0"';
    const command = ['busybox', 'sh', '-c', script, `/proc/${target.daemon.pid}/fd`];
    const listing = await readOutput(target, 'file descriptors', command);
    return countByKind(listing);
  },
};

/** Counts the lines of `ls -l /proc/PID/fd` by what they point at. */
export function countByKind(listing: string): Record<string, number> {
  const targets = listing.split('\n').flatMap((line) => line.split(' -> ')[1] ?? []);
  const sockets = targets.filter((target) => target.startsWith('socket:')).length;
  const pipes = targets.filter((target) => target.startsWith('pipe:')).length;
  return {
    fds: targets.length,
    'fds-socket': sockets,
    'fds-pipe': pipes,
    'fds-other': targets.length - sockets - pipes,
  };
}
