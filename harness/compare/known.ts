import { missing } from './body-differences.ts';
import type { Difference } from './differences.ts';
import type { KnownDifference } from './known-difference.ts';
import { ofLaterVersions } from './known-of-later-versions.ts';
import { ofTheRecording, ofTheReplica } from './known-of-the-replica.ts';

/** All of them; the first that explains a difference gives the reason. */
const knownDifferences: readonly KnownDifference[] = [...ofTheReplica, ...ofTheRecording, ...ofLaterVersions];

/** The other side of a comparison with the replica. Between two replicas no difference is known: they have to be the same. */
export type RealKind = '1.13' | 'later' | 'recorded' | 'replica';

/** A difference, and why it is accepted, if it is. */
export interface JudgedDifference extends Difference {
  known?: string;
}

/** Looks every difference up among those that are known. */
export function judgeDifferences(differences: readonly Difference[], real: RealKind): JudgedDifference[] {
  return differences.map((difference) => {
    const known = knownDifferences.find((one) => holds(one, real) && explains(one, difference));
    return { ...difference, ...(known && { known: known.why }) };
  });
}

function holds({ only }: KnownDifference, real: RealKind): boolean {
  return real !== 'replica' && (only === undefined || only === real);
}

function explains({ what, request, real, replica }: KnownDifference, difference: Difference): boolean {
  return (
    what.test(difference.what) &&
    (request === undefined || difference.requests.every((one) => request.test(one))) &&
    matches(real, difference.real) &&
    matches(replica, difference.replica)
  );
}

function matches(wanted: KnownDifference['real'], value: string): boolean {
  return wanted === undefined || (wanted === missing ? value === missing : wanted.test(value));
}
