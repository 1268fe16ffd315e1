import { netnsWords } from '../../harness/probes/netns-files.ts';
import type { LogLine } from '../../harness/probes/daemon-log.ts';
import type { Cell } from '../../harness/core/cell.ts';
import type { Check, Judgement } from '../../harness/judge/judgement.ts';
import { expectationOf, type Expectation } from './expected.ts';
import type { NetnsRestoreObservations } from './observations.ts';

/** Lines of a log that are shown for one surprise. */
const shownLines = 4;

/** Judges a cell of netns-restore by its observations alone. */
export function judgeNetnsRestore(
  cell: Cell,
  version: string,
  seen: NetnsRestoreObservations,
  commit?: string,
): Judgement {
  const expected = expectationOf(cell, version, commit);
  const lost = seen.netnsFiles.filter(({ state }) => state !== 'nsfs').length;
  return {
    observed: line(
      tallyLost(lost, seen.netnsFiles.length),
      tally(seen.stats.map(({ answer }) => answer)),
      seen.next.heldBy.length > 0,
    ),
    expected: line(
      tallyLost(expected.netnsFiles === 'lost' ? seen.netnsFiles.length : 0, seen.netnsFiles.length),
      expected.stats ? all(seen, expected.stats) : 'unknown',
      expected.duplicateIp,
    ),
    reason: expected.reason,
    reference: expected.reference,
    checks: checksOf(seen, expected),
    bug: seen.netnsFiles.length === 0 ? 'unknown' : lost > 0 ? 'present' : 'absent',
  };
}

/** The observed values, each beside the expected one. */
function checksOf(seen: NetnsRestoreObservations, expected: Expectation): Check[] {
  return [
    check(
      'network namespaces',
      tally(seen.netnsFiles.map(({ state }) => netnsWords[state])),
      all(seen, netnsWords[expected.netnsFiles]),
      seen.netnsFiles.map(({ path, magic, state }) => `stat -f -c %t ${path} → ${magic} (${netnsWords[state]})`),
    ),
    check('restore errors', amount(seen.restoreErrors), presence(expected.restoreErrors), excerpt(seen.restoreErrors)),
    check(
      'stats calls',
      tally(seen.stats.map(({ answer }) => answer)),
      expected.stats && all(seen, expected.stats),
      seen.stats.map(({ container, answer, ticks, seconds, excerpt: body }) =>
        `GET /containers/${container}/stats?stream=0 → ${answer} after ${seconds} s, ${ticks} ticks ${body}`.trim(),
      ),
    ),
    check(
      'stats streams',
      tally(seen.streams.map(({ answer }) => answer)),
      expected.streams && all(seen, expected.streams),
      seen.streams.map(
        ({ container, answer, ticks, frames, zeroedFrames }) =>
          `GET /containers/${container}/stats?stream=1 → ${answer}: ${frames} frames in ${ticks} ticks, ${zeroedFrames} zeroed`,
      ),
    ),
    check('"collecting stats" in the log', amount(seen.collectingStats), presence(expected.collectingStats), [
      ...excerpt(seen.collectingStats),
    ]),
    check(
      'containers',
      tally(seen.containers.map(lifeOf)),
      all(seen, expected.sameProcesses ? 'running on' : 'started anew'),
      [],
    ),
    check(
      'gateway',
      tally(seen.containers.map((one) => (one.reachesGateway ? 'reached' : 'out of reach'))),
      all(seen, 'reached'),
      [],
    ),
    check(
      'endpoints',
      tally(seen.containers.map((one) => (one.endpointKnown ? 'known' : 'forgotten'))),
      all(seen, endpoints(expected)),
      seen.containers.map((one) => `${one.name} has ${one.address}, the daemon gives "${one.recordedAddress}"`),
    ),
    check(
      'next address',
      seen.next.heldBy.length > 0 ? 'duplicate-ip' : 'free',
      expected.duplicateIp ? 'duplicate-ip' : 'free',
      [`the next container was given ${seen.next.address}, held by ${seen.next.heldBy.join(', ') || 'nobody else'}`],
    ),
  ];
}

function check(what: string, observed: string, expected: string | undefined, evidence: string[]): Check {
  return {
    what,
    observed,
    ...(expected && { expected }),
    asExpected: !expected || matches(observed, expected),
    evidence,
  };
}

/** `some` is the one expectation that leaves a count open: one line a restored sandbox, or one a tick. */
function matches(observed: string, expected: string): boolean {
  return expected === 'some' ? observed !== 'none' : observed === expected;
}

function lifeOf({ running, sameProcess }: NetnsRestoreObservations['containers'][number]): string {
  if (!running) return 'stopped';
  return sameProcess ? 'running on' : 'started anew';
}

function endpoints({ endpointsForgotten }: Expectation): string {
  return endpointsForgotten ? 'forgotten' : 'known';
}

/** `3 lost`, or `2 kept, 1 lost`. */
function tally(words: string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ') || 'nothing';
}

function all({ containers }: NetnsRestoreObservations, word: string): string {
  return `${containers.length} ${word}`;
}

function tallyLost(lost: number, total: number): string {
  return lost === 0 ? 'netns kept' : `netns lost ${lost}/${total}`;
}

function line(netns: string, stats: string, duplicateIp: boolean): string {
  return [netns, `stats: ${stats}`, ...(duplicateIp ? ['duplicate-ip'] : [])].join(' · ');
}

function amount(lines: LogLine[]): string {
  return lines.length === 0 ? 'none' : `${lines.length}`;
}

function presence(expected: boolean | undefined): string | undefined {
  return expected === undefined ? undefined : expected ? 'some' : 'none';
}

function excerpt(lines: LogLine[]): string[] {
  const more = lines.length - shownLines;
  return [...lines.slice(0, shownLines).map((one) => one.line), ...(more > 0 ? [`… and ${more} more`] : [])];
}
