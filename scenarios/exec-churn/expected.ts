import { levelNames } from '../../harness/core/levels.ts';
import type { Code } from '../../harness/judge/value.ts';
import type { SlopeVerdict } from '../../harness/judge/verdict-record.ts';
import { seriesOf } from '../common/measured-series.ts';
import type { DoseName } from './factors.ts';
import { counts, type CountMetric, type MemoryMetric } from './metrics.ts';
import type { WorkName } from './works.ts';

type Verdict = SlopeVerdict['verdict'];

/**
 * The expectation of a cell. A member is absent where nothing was measured. Of memory nothing is expected of a bounded dose: 10,000 execs on 26.1.5 had 64
 * bytes an exec more in the shim and 6 in containerd, both less with every thousand, and cannot tell 10 from none.
 */
export interface Expectation {
  /** Of the cell as a whole. */
  verdict?: Verdict;
  counts: Readonly<Partial<Record<CountMetric, Verdict>>>;
  memories: Readonly<Partial<Record<MemoryMetric, Verdict>>>;
  /** When dockerd's heap is given back, where the cell waits for it. */
  givenBack?: Code;
  /** Lines that say what dockerd keeps for a time. */
  kept: readonly string[];
  reason: string;
  reference: string;
}

/** What was measured of a series of dockers. */
interface Measured {
  /** Lines about what its dockerd keeps for a time. */
  kept: readonly string[];
  reason: string;
  /** Of a full dose of execs. */
  full?: Full;
}

/** What was measured with a full dose. */
interface Full extends Pick<Expectation, 'memories' | 'reason'> {
  verdict: Verdict;
}

const closed = 'what an exec has in dockerd, containerd and the shim is closed when it ends';

/** Of a shim whose ttrpc has a table of streams. */
const reported = `${closed}; bytes are reported to stay, 10 to 50 an exec: an entry of ttrpc's table of streams may be removed before it is added`;

/**
 * 3.1 KB on 20.10.24, 3.2 KB on 28.5.2; spans hide it on 26.1.5. Of 480 execs all was back 342 s after the last on 20.10.24 and 28.5.2; on 26.1.5 the log said so 10 minutes
 * after the start. See execCommandGC in moby's daemon/exec.go.
 */
const forgets =
  'dockerd keeps each ended exec, some 3 KB, until it has seen it ended at two looks 5 minutes apart (moby PR 14476): 5 to 10 minutes';

/** By series. Measured on 2026-11-26, on two cores, with 992 execs and as many health checks after a warm-up of 200, where nothing else is said. */
const measured = {
  '20.10': {
    kept: [forgets],
    reason: `${closed}; the shim of containerd 1.6 has no table of streams, which is what reports of bytes suspect`,
  },
  '26.1': {
    kept: [
      forgets,
      'dockerd keeps the spans of an exec for a minute, some 12 KB, though nothing collects them: moby issue 49075, mended by PR 49078',
    ],
    reason: reported,
  },
  '28.5': {
    kept: [forgets],
    reason: reported,
    /**
     * 100,000 execs on 2026-11-26, once: 29.2 bytes each in the shim (at least 25.9, 99.9 % sure), 23 when it was idle again, and 3.7 in containerd's heap (at least
     * 3.6), both in a straight line. How many depends on the speed of the cores, as it is a race: reports have 10 to 50.
     */
    full: {
      verdict: 'leak',
      memories: { 'shim-anonymous': 'leak', 'containerd-heap-alloc': 'leak' },
      reason: `${closed}; the shim keeps some 29 bytes of each exec and containerd some 4, as an entry of ttrpc's table of streams may be removed before it is added`,
    },
  },
} as const satisfies Readonly<Record<string, Measured>>;
type Series = keyof typeof measured;

const measuredOn = 'measured on 20.10.24 (containerd 1.6.20), 26.1.5 (1.7.24) and 28.5.2 (2.1.9)';

/** What a held exec keeps: five descriptors and seven goroutines in dockerd, ten descriptors in the shim, nothing in containerd. */
const ofHeld: Readonly<Record<CountMetric, Verdict>> = {
  fds: 'leak',
  goroutines: 'leak',
  threads: 'no-leak',
  'containerd-fds': 'no-leak',
  'containerd-goroutines': 'no-leak',
  'containerd-threads': 'no-leak',
  'shim-fds': 'leak',
  'shim-threads': 'no-leak',
};

/** The expectation of a cell, with a docker of that version. */
export function expectationOf(work: WorkName, dose: DoseName, version: string): Expectation {
  const series = seriesOf<Series>(levelNames(measured), version);
  const none = { counts: {}, memories: {}, kept: [] };
  if (!series) {
    const reason = `no docker of the series of ${version} has been measured yet`;
    return { ...none, reason, reference: 'none' };
  }
  const clean = Object.fromEntries(counts.map((metric) => [metric, 'no-leak' as const]));
  if (work === 'held-execs') {
    const reason =
      'an exec runs on, and dockerd and the shim have to keep its connection, its pipes and what reads them (planted leak)';
    return { ...none, verdict: 'leak', counts: ofHeld, reason, reference: measuredOn };
  }
  if (work === 'pings') {
    const reason = 'a ping is answered by dockerd alone';
    return { ...none, verdict: 'no-leak', counts: clean, reason, reference: measuredOn };
  }
  const { full, ...bounded }: Measured = measured[series];
  return {
    counts: clean,
    memories: {},
    givenBack: 'when-execs-collected',
    ...bounded,
    ...(work === 'execs' && dose === 'full' && full),
    reference: `${measuredOn}; containerd issue 13561, ttrpc issue 236`,
  };
}
