import type { LogLine } from '../../harness/evidence/log-lines.ts';
import { checkOf, type Check } from '../../harness/judge/check.ts';
import { allValue, codeValue, tallyValue, type Code, type Value } from '../../harness/judge/value.ts';
import type { NetnsExpectation } from './expected.ts';
import type { NetnsRestoreObservations } from './observations.ts';
import { setupChecks } from './setup-checks.ts';

/** Lines of a log that are shown for one surprise. */
const shownLines = 4;

/**
 * The observed values, each beside the expected one.
 *
 * @param nextRuns whether there is a next container, which has an address
 */
export function checksOf(seen: NetnsRestoreObservations, expected: NetnsExpectation, nextRuns: boolean): Check[] {
  const all = (code: Code) => allValue(seen.containers.length, code);
  return [
    checkOf(
      'network-namespaces',
      tallyValue(seen.netnsFiles.map(({ state }) => state)),
      all(expected.netnsFiles),
      seen.netnsFiles.map(({ path, magic, state }) => `stat -f -c %t ${path} → ${magic} (${state})`),
    ),
    logCheck('restore-errors', seen.restoreErrors, expected.restoreErrors),
    ...(seen.populateErrors ? [logCheck('populate-errors', seen.populateErrors, expected.populateErrors)] : []),
    checkOf(
      'stats-calls',
      tallyValue(seen.stats.map(({ answer }) => answer)),
      expected.stats && all(expected.stats),
      seen.stats.map(({ container, answer, ticks, seconds, excerpt: body }) =>
        `GET /containers/${container}/stats?stream=0 → ${answer} after ${seconds} s, ${ticks} ticks ${body}`.trim(),
      ),
    ),
    checkOf(
      'stats-streams',
      tallyValue(seen.streams.map(({ answer }) => answer)),
      expected.streams && all(expected.streams),
      seen.streams.map(
        ({ container, answer, ticks, frames, zeroedFrames }) =>
          `GET /containers/${container}/stats?stream=1 → ${answer}: ${frames} frames in ${ticks} ticks, ${zeroedFrames} zeroed`,
      ),
    ),
    logCheck('collecting-stats-logged', seen.collectingStats, expected.collectingStats),
    checkOf(
      'containers',
      tallyValue(seen.containers.map(lifeOf)),
      all(expected.sameProcesses ? 'running-on' : 'started-anew'),
    ),
    checkOf(
      'gateway',
      tallyValue(seen.containers.map((one) => (one.reachesGateway ? 'reached' : 'not-reached'))),
      all('reached'),
    ),
    checkOf(
      'endpoints',
      tallyValue(seen.containers.map((one) => (one.endpointKnown ? 'known' : 'forgotten'))),
      all(expected.endpointsForgotten ? 'forgotten' : 'known'),
      seen.containers.map((one) => `${one.name} has ${one.address}, the daemon gives "${one.recordedAddress}"`),
    ),
    ...(nextRuns ? [nextAddressCheck(seen, expected)] : []),
    ...setupChecks(seen, expected),
  ];
}

/** Whether the next container was given an address that another one holds. */
function nextAddressCheck({ next }: NetnsRestoreObservations, expected: NetnsExpectation): Check {
  return checkOf(
    'next-address',
    codeValue(next.heldBy.length > 0 ? 'duplicate-ip' : 'free'),
    codeValue(expected.duplicateIp ? 'duplicate-ip' : 'free'),
    [
      `the next container was given ${next.address}, ` +
        (next.heldBy.length > 0 ? `held by ${next.heldBy.join(', ')}` : 'held by no other container'),
    ],
  );
}

/** A check whether there are lines in a log: how many is left open, one a restored sandbox or one a tick. */
export function logCheck(
  what: 'restore-errors' | 'populate-errors' | 'collecting-stats-logged',
  lines: LogLine[],
  present: boolean | undefined,
): Check {
  const expected: Value | undefined = present === undefined ? undefined : { kind: 'presence', present };
  return checkOf(what, { kind: 'count', count: lines.length, unit: 'lines' }, expected, excerpt(lines));
}

/** What became of a container. */
export function lifeOf({ running, sameProcess }: NetnsRestoreObservations['containers'][number]): Code {
  if (!running) return 'stopped';
  return sameProcess ? 'running-on' : 'started-anew';
}

function excerpt(lines: LogLine[]): string[] {
  const more = lines.length - shownLines;
  return [...lines.slice(0, shownLines).map((one) => one.line), ...(more > 0 ? [`… and ${more} more`] : [])];
}
