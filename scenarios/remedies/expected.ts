import type { RemedyName } from './remedies.ts';
import type { StatsAnswer } from '../../harness/evidence/stats-call.ts';
import type { NetnsFile } from '../../harness/evidence/netns-files.ts';

/** The end of calls that hung before the remedy: still there, answered, or closed without an answer. */
export type StuckFate = 'none' | 'held' | 'answered' | 'closed';

/** The expected result of a remedy. A field without a value is not known yet. */
export interface RemedyExpectation {
  stuck: StuckFate | undefined;
  answer: StatsAnswer | undefined;
  netns: NetnsFile['state'] | undefined;
  slope: 'leak' | 'no-leak' | undefined;
  refused: boolean;
  /** Whether the containers' processes are still the same. */
  containersKept: boolean | undefined;
  /** The part of the effect that survives one more restart of the daemon. */
  later: { answer: StatsAnswer | undefined; netns: NetnsFile['state'] | undefined };
  /** The state, after the next restart, of a container that was started after the remedy. */
  fresh: NetnsFile['state'] | undefined;
  reason: string;
  reference: string;
}

const facts = 'measured on the real 1.13.1';
const lab = 'measured on 20.10.24, 26.1.5 and 28.5.2';

/**
 * The expected effect of a remedy on a daemon whose calls for a lost container hang (`hangs`) or are answered with zeros (`zeroed`).
 *
 * @param calls what a stats call of a lost container comes to on that daemon
 */
export function expectationOf(remedy: RemedyName, calls: 'hangs' | 'zeroed'): RemedyExpectation {
  const hangs = calls === 'hangs';
  const lost = { answer: calls, netns: 'lost' } as const;
  const closed = hangs ? 'closed' : 'none';
  const nothing: RemedyExpectation = {
    ...lost,
    stuck: hangs ? 'held' : 'none',
    slope: hangs ? 'leak' : 'no-leak',
    refused: false,
    containersKept: true,
    later: lost,
    fresh: 'lost',
    reason: 'nothing was done (control)',
    reference: 'control',
  };
  const healed = { answer: 'values', netns: 'nsfs', slope: 'no-leak' } as const;
  switch (remedy) {
    case 'client-fixed':
      return {
        ...nothing,
        stuck: closed,
        slope: 'no-leak',
        reason: 'the route is cancelled when a connection closes; the caller still gets no data',
        reference: facts,
      };
    case 'flags-removed':
      return {
        ...nothing,
        stuck: closed,
        fresh: 'nsfs',
        reason:
          'what is started from now on outlives the daemon, but a namespace that is lost stays lost until its container is restarted',
        reference: `${facts}; ${lab}`,
      };
    case 'containers-restarted':
      return {
        ...nothing,
        ...healed,
        stuck: hangs ? 'answered' : 'none',
        containersKept: false,
        reason: 'a new sandbox is made; under the same MountFlags the next restart of dockerd loses it again',
        reference: `${facts}; ${lab}`,
      };
    case 'namespaces-mounted-again':
      return {
        ...nothing,
        ...healed,
        answer: 'no-networks',
        stuck: closed,
        later: { answer: 'no-networks', netns: 'nsfs' },
        reason:
          'the restore finds the namespaces, but not the endpoints, which were deleted when they were lost: calls are ' +
          'answered, now and after the next restart, and stats have no networks; containers that are started later are lost again',
        reference: `${facts}; ${lab}`,
      };
    case 'flags-removed+containers-restarted':
      return {
        ...expectationOf('containers-restarted', calls),
        stuck: closed,
        later: { answer: 'values', netns: 'nsfs' },
        fresh: 'nsfs',
        reason: 'the new sandboxes are mounted where the next restart of dockerd finds them',
        reference: `${facts}; ${lab}`,
      };
    case 'flags-removed+namespaces-mounted-again':
      return {
        ...expectationOf('namespaces-mounted-again', calls),
        fresh: 'nsfs',
        reason:
          'the restore finds the namespaces, now and at the next restart, but not the endpoints: stats have no networks',
        reference: `${facts}; ${lab}`,
      };
    case 'network-connect':
      return networkConnect(nothing, hangs);
    case 'network-disconnect':
      return {
        ...nothing,
        refused: true,
        reason: 'the daemon has forgotten the endpoints: "is not connected to the network"',
        reference: `${facts}; ${lab}`,
      };
    case 'upgraded':
      return {
        ...nothing,
        answer: 'zeroed',
        stuck: closed,
        slope: 'no-leak',
        later: { answer: 'zeroed', netns: 'lost' },
        reason: 'a later docker answers with zeroes: it does not hang, and gives no data; what is lost stays lost',
        reference: lab,
      };
    case 'restarted':
      return {
        ...nothing,
        stuck: closed,
        reason:
          'its connections go with the daemon, and the leak begins anew; containers that were started since are lost, too',
        reference: facts,
      };
    case 'none':
      break;
  }
  return nothing;
}

function networkConnect(nothing: RemedyExpectation, hangs: boolean): RemedyExpectation {
  return {
    ...nothing,
    stuck: hangs ? 'answered' : 'none',
    answer: 'no-networks',
    slope: 'no-leak',
    // The new sandbox has a path and no file: it is made for a process that is started, and this one runs.
    netns: 'gone',
    later: { answer: hangs ? 'hangs' : 'zeroed', netns: 'gone' },
    reason:
      'a new endpoint in a new sandbox un-hangs the calls until the next restart, but it is not in the container: no networks, ' +
      'and stray veths',
    reference: `${facts}; ${lab}`,
  };
}
