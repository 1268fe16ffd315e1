import { granularities } from '../judge/granularity.ts';
import { readOutput, type Probe } from './probe.ts';

const step = { unit: 'fds', granularity: granularities.fds };

/** The kinds of descriptors, by the prefix of their link (proc(5)); the names are metrics. */
const kinds = {
  'fds-socket': 'socket:',
  'fds-pipe': 'pipe:',
  'fds-epoll': 'anon_inode:[eventpoll]',
  'fds-eventfd': 'anon_inode:[eventfd]',
  'fds-inotify': 'anon_inode:inotify',
  'fds-pidfd': 'anon_inode:[pidfd]',
  'fds-file': '/',
} as const;

/** Open file descriptors by kind, from the links in `/proc/PID/fd` (proc(5)). */
export const fds: Probe = {
  name: 'file descriptors',
  metrics: [
    { metric: 'fds', ...step },
    ...Object.keys(kinds).map((metric) => ({ metric, ...step })),
    { metric: 'fds-other', ...step },
  ],
  // The cost of a reading: none for the daemon: one look into /proc.
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
  const counts = Object.entries(kinds).map(
    ([metric, prefix]) => [metric, targets.filter((target) => target.startsWith(prefix)).length] as const,
  );
  const known = counts.reduce((sum, [, count]) => sum + count, 0);
  return { fds: targets.length, ...Object.fromEntries(counts), 'fds-other': targets.length - known };
}
