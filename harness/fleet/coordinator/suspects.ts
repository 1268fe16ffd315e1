import type { HostRecord } from '../records.ts';
import type { FleetRun } from './fleet-run.ts';
import type { Submission } from './submission.ts';

/** A result that counts as long as its host stays healthy. */
interface Accepted {
  submission: Submission;
  host: string;
  /** Milliseconds since the epoch, by this host's clock. */
  at: number;
}

/** Results since the last good canary of their host. */
export interface Suspects {
  add: (accepted: Accepted) => void;
  /** A host was healthy when its canary began to sing: what came before counts for good. */
  clear: (host: HostRecord) => void;
  /** Takes the results of a host that failed its canary. */
  takeOf: (host: string) => Accepted[];
  /** Forgets a run that is over. */
  close: (run: FleetRun) => void;
}

/** None at first. */
export function noSuspects(): Suspects {
  let known: Accepted[] = [];
  return {
    add: (accepted) => void known.push(accepted),
    clear({ name, canary }) {
      if (!canary?.good) return;
      const at = Date.parse(canary.at);
      known = known.filter((one) => one.host !== name || one.at > at);
    },
    takeOf(host) {
      const own = known.filter((one) => one.host === host);
      known = known.filter((one) => one.host !== host);
      return own;
    },
    close: (run) => void (known = known.filter(({ submission }) => submission.run !== run)),
  };
}
