import { levelNames } from '../../harness/core/levels.ts';

/** A way in which a client walks away from its calls. */
interface Leaving {
  /** The part of the request that is sent before. */
  sends: 'all' | 'half' | 'nothing';
  /** Whether bytes of the answer are left unread: on a unix socket the nearest thing to a reset, see `resets`. */
  leavesUnread: boolean;
  /** Whether its connection ends. */
  ends: boolean;
}

const table = {
  /** Reads what has come, and closes. */
  closes: { sends: 'all', leavesUnread: false, ends: true },
  /** Says with SHUT_WR that it sends no more, waits a second for the end of the answer, and closes. */
  'half-closes': { sends: 'all', leavesUnread: false, ends: true },
  /**
   * Closes with the end of the answer's head unread. A unix socket knows no RST and ignores SO_LINGER; but a close with unread bytes gives the
   * other end ECONNRESET instead of an end of file (unix_release_sock in net/unix/af_unix.c).
   */
  resets: { sends: 'all', leavesUnread: true, ends: true },
  /** Its process ends by SIGKILL. What has come is read before, as by a client that was busy until then. */
  killed: { sends: 'all', leavesUnread: false, ends: true },
  /** Reads nothing after the status, until nothing more comes, and closes then. */
  'stops-reading': { sends: 'all', leavesUnread: true, ends: true },
  'sends-nothing': { sends: 'nothing', leavesUnread: false, ends: true },
  'sends-half-a-request': { sends: 'half', leavesUnread: false, ends: true },
  /** Does not leave: each call is held, on every docker. The planted leak of the controls. */
  stays: { sends: 'all', leavesUnread: false, ends: false },
} as const satisfies Record<string, Leaving>;

export type LeavingName = keyof typeof table;
export const leavings: Readonly<Record<LeavingName, Leaving>> = table;
export const leavingNames = levelNames(table);
