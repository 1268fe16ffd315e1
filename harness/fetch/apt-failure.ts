import { LabError, NotApplicableError, type Failure } from '../core/errors.ts';
import { noApt } from './mirror.ts';
import { isMissing, type ProgramError, type ProgramRun } from './programs/program.ts';

/** The request to apt. */
interface Request {
  doing: string;
  /** The purpose of the packages, e.g. `the userland bookworm`. */
  what: string;
  suite: string;
  mirror: string;
}

interface Kind {
  /** The message of apt, in English, as it runs with `LC_ALL=C`. */
  sign: RegExp;
  notApplicable?: true;
  failure: (request: Request) => Omit<Failure, 'doing' | 'evidence'>;
}

const otherMirror = 'set DOCKERD_LEAK_LAB_DEBIAN_MIRROR to the address of another mirror';

/** The first that matches is it: an unreachable mirror also "does not have a Release file". */
const kinds: readonly Kind[] = [
  {
    sign: /NO_PUBKEY|BADSIG|EXPKEYSIG|REVKEYSIG|invalid signature|is not signed|signatures? (?:could|were)|Missing key|NOSPLIT/i,
    failure: ({ suite, mirror }) => ({
      expected: `a Release file of ${suite} on ${mirror} that is signed by the keyring`,
      happened: 'the signature of that file is wrong',
      hint: 'update the package debian-archive-keyring, or set DOCKERD_LEAK_LAB_DEBIAN_KEYRING to a file with the keys',
    }),
  },
  {
    sign: /could not resolve|temporary failure resolving|could not connect|connection (?:failed|refused|timed out|reset)|unable to connect|network is unreachable|no route to host/i,
    failure: ({ mirror }) => ({
      expected: `an answer of the Debian mirror ${mirror}`,
      happened: 'the mirror cannot be reached (apt-get has tried four times)',
      hint: `check the network and the proxy that apt is set up with, or ${otherMirror}`,
    }),
  },
  {
    sign: /does not have a Release file|404 +Not Found/,
    notApplicable: true,
    failure: ({ suite, mirror }) => ({
      expected: `the suite ${suite} on the Debian mirror ${mirror}`,
      happened: 'the mirror does not have that suite',
      hint: otherMirror,
    }),
  },
  {
    sign: /Unable to locate package|has no installation candidate|unmet dependencies/,
    notApplicable: true,
    failure: ({ what, suite, mirror }) => ({
      expected: `the packages of ${what} in ${suite} on ${mirror}`,
      happened: 'apt-get cannot resolve the packages',
      hint: otherMirror,
    }),
  },
];

/** Explains a failure of apt-get. A full disk is passed on unchanged: the cache explains it. */
export function aptFailure(ran: ProgramRun, error: ProgramError, request: Request): Error {
  const { doing } = request;
  if (isMissing(ran)) return noApt(doing);
  if (error.diskFull) return error;
  const kind = kinds.find(({ sign }) => sign.test(error.output));
  const failure = { doing, ...(kind?.failure ?? unexplained)(request), evidence: error.evidence };
  const Kind = kind?.notApplicable ? NotApplicableError : LabError;
  return new Kind(failure, { cause: error });
}

function unexplained({ suite }: Request): Omit<Failure, 'doing' | 'evidence'> {
  return {
    expected: `apt-get to download packages of ${suite}`,
    happened: 'apt-get failed',
    hint: 'see what apt-get says; with a damaged download, remove the directory apt in the cache',
  };
}
