import type { LogPattern, LogPatterns } from '../model/evidence.ts';

/** The patterns of the collector (`count_patterns` of collect.sh), for logs that people paste; a test compares the two. */
const logPatterns: Readonly<Record<string, RegExp>> = {
  'restore-error': /[Ff]ailed to create osl sandbox while trying to restore sandbox/,
  'populate-error': /[Ff]ailed to populate fields for osl sandbox/,
  'collecting-stats': /msg="collecting stats for /,
  'device-busy': /[Dd]evice or resource busy/,
  'too-many-files': /too many open files/,
  'containerd-stalled': /daemon is not responding|process is alive\?|killing and restarting containerd/,
  'slub-failure': /SLUB: Unable to allocate memory/,
  'cgroup-oom': /Memory cgroup out of memory/,
  'host-oom': /Out of memory: Kill/,
  'cgroup-refused': /mkdir .*cgroup.*(?:no space left on device|cannot allocate memory)/,
  'allocation-failure': /page allocation failure/,
};

/** Characters of an example that are kept. */
const exampleCharacters = 400;

/** The time of a line: of the daemon's own, of dmesg(1), of a journal (short-iso), or three words, as syslog has them. */
function timeOf(line: string): string {
  const known =
    /time="?([^" ]+)/.exec(line)?.[1] ?? /^(?:<\d+>)?(\[[^\]]*\])/.exec(line)?.[1] ?? /^\d+-\S+/.exec(line)?.[0];
  return known ?? line.trim().split(/\s+/).slice(0, 3).join(' ');
}

/** Counts the lines of a log that match a known pattern. */
export function countPatterns(text: string): LogPatterns {
  const found = new Map<string, LogPattern>();
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  for (const line of lines) {
    for (const [pattern, expression] of Object.entries(logPatterns)) {
      if (!expression.test(line)) continue;
      const time = timeOf(line);
      const known = found.get(pattern) ?? {
        pattern,
        count: 0,
        first: time,
        last: time,
        example: line.slice(0, exampleCharacters),
      };
      found.set(pattern, { ...known, count: known.count + 1, last: time });
    }
  }
  return { lines: lines.length, patterns: [...found.values()] };
}

/** The names of all patterns. */
export const patternNames: readonly string[] = Object.keys(logPatterns);
