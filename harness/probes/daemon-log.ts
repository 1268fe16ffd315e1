import type { LogLine } from '../evidence/log-lines.ts';

/** Lines that a restart which loses something of containers' networks leaves in a daemon's log, as they are known from 1.12 to 28. */
export const patterns = {
  /** Once a sandbox at the restore. The capital F and the ids in fields came between 24 and 28. */
  restoreError: /failed to create osl sandbox while trying to restore sandbox/i,
  /** Once a sandbox that is restored in part: docker 24.0.0 to 24.0.2 (moby issue 45653). */
  populateError: /failed to populate fields for osl sandbox/i,
  /** Once a tick and container with a subscriber, where errors of the collector are logged. */
  collectingStats: /msg="collecting stats for /,
} as const;

/** The lines of a log that match, in their order. */
export function matchingLines(log: string, pattern: RegExp): LogLine[] {
  return log
    .split('\n')
    .filter((line) => pattern.test(line))
    .map((line) => ({ time: /time="?([^" ]+)/.exec(line)?.[1] ?? '', line }));
}
