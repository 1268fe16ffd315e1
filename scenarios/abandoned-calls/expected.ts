import { controlOf, type Cell } from '../../harness/core/cell.ts';
import type { Code } from '../../harness/judge/value.ts';
import type { SlopeVerdict } from '../../harness/judge/verdict-record.ts';
import { seriesOf } from '../common/measured-series.ts';
import { expectedOfRuntime, type RuntimeExpectation } from '../common/runtime/judge-runtime.ts';
import type { RuntimeCount } from '../common/runtime/metrics.ts';
import type { EndpointName } from './endpoints.ts';
import { level, type ContainerState } from './factors.ts';
import { leavings, type LeavingName } from './leavings.ts';

/** The expectation of a cell. Verdicts and code are absent where nothing was measured. */
export interface Expectation {
  /** Of descriptors and goroutines. */
  verdict?: SlopeVerdict['verdict'];
  /** Of the heap, where it decides. */
  heap?: SlopeVerdict['verdict'];
  /** Of containerd and the shims. */
  runtime?: RuntimeExpectation | undefined;
  /** When what is kept of the calls is given back. */
  givenBack?: Code;
  reason: string;
  reference: string;
}

/** The series of dockers on which all of this was measured: 20.10.24, 26.1.5 and 28.5.2. */
const measured = ['20.10', '26.1', '28.5'] as const;
type Series = (typeof measured)[number];

/** A measured behaviour. Of the ways to leave, it holds for all that a cell of that endpoint and container has, unless it names some. */
interface Behaviour {
  endpoints: readonly EndpointName[];
  containers: readonly ContainerState[];
  leavings?: readonly LeavingName[];
  series?: readonly Series[];
  /** The calls of a cell from which on it holds: a smaller leak takes more of them to be seen. */
  atLeastCalls?: number;
  /** Until when the daemon keeps something of each call; absent when it keeps nothing. */
  keptUntil?: Code;
  /** Set where it keeps no descriptor and no goroutine. */
  keepsHeapAlone?: true;
  /** The counts of containerd and the shims that grow with the calls; none when it is left out. */
  ofRuntime?: readonly RuntimeCount[];
  reason: string;
  reference: string;
}

const measuredOn = 'measured on 20.10.24, 26.1.5 and 28.5.2';

/** Most containers that are not silent were measured with clients that close alone. */
const closing: readonly LeavingName[] = ['closes'];

/** Where there is output, clients that do not read it were measured as well. */
const closingOrNotReading: readonly LeavingName[] = ['closes', 'stops-reading'];

/**
 * The process of an exec that runs on is the shim's: it keeps the pipes of its output, the named pipes to dockerd, and a descriptor of the process, ten
 * in all. containerd only passes requests on, and a call that has no process in the container does not reach either.
 */
const ofRunningExec = ['shim-fds'] as const;

const endsWithContainer = 'the end of the container ends the call, before its client leaves';

/** The first that fits a cell holds. */
const behaviours: readonly Behaviour[] = [
  {
    endpoints: ['attach'],
    containers: ['silent'],
    leavings: closing,
    series: ['28.5'],
    atLeastCalls: 1000,
    keptUntil: 'when-container-ends',
    keepsHeapAlone: true,
    reason:
      'the attach ends, but some 550 bytes a call stay in the heap; suspected: the pipe of a closed attach stays among the writers of the output until the next one, which never comes',
    reference: 'no public report is known; measured on 28.5.2',
  },
  {
    endpoints: ['attach'],
    containers: ['silent'],
    series: ['20.10', '26.1'],
    keptUntil: 'when-container-ends',
    reason:
      'the copy from the container to the connection waits for output, and nothing else looks whether the client is there: a connection and five goroutines a call',
    reference: 'moby issues 37182 and 48236; measured on 20.10.24 and 26.1.5',
  },
  {
    endpoints: ['attach'],
    containers: ['silent'],
    series: ['28.5'],
    reason: 'an attach watches its connection, and ends when the client has closed its end',
    reference: 'moby PR 45052; measured on 28.5.2',
  },
  {
    endpoints: ['attach-websocket'],
    containers: ['silent'],
    keptUntil: 'when-container-ends',
    reason:
      'an attach by websocket waits for output as an attach did, and its connection is not watched, on 28.5.2 either: a connection and six or seven goroutines a call',
    reference: `moby PR 45052 leaves it out; no public report is known; ${measuredOn}`,
  },
  {
    endpoints: ['exec-start'],
    containers: ['silent'],
    keptUntil: 'when-container-ends',
    ofRuntime: ofRunningExec,
    reason:
      'the process of an exec goes on without its client, and its output is waited for: the connection, four pipes and seven goroutines a call; the shim keeps ten descriptors',
    reference: `moby issues 9098 and 35703 are about the process, not about what dockerd keeps; ${measuredOn}`,
  },
  {
    endpoints: ['pull'],
    containers: ['silent'],
    keptUntil: 'when-registry-ends',
    reason:
      'a request to the registry does not have the context of the call, and has no limit of time: two connections and four goroutines a call, for as long as the registry does not answer',
    reference: `distribution PRs 2905 and 3711, which are not in the client of these dockers; no public report of the leak is known; ${measuredOn}`,
  },
  {
    endpoints: ['events', 'logs-follow', 'stats-stream', 'stats-once', 'wait', 'build'],
    containers: ['silent'],
    reason: 'the handler of the call is cancelled when the connection closes',
    reference: measuredOn,
  },
  {
    endpoints: ['attach'],
    containers: ['chatty'],
    leavings: closingOrNotReading,
    series: ['20.10', '26.1'],
    keptUntil: 'when-container-ends',
    reason:
      'the container prints on stdout alone: that copy ends with the connection, and the copy of stderr waits on: a connection and four goroutines a call',
    reference: 'no public report of a container that prints is known; measured on 20.10.24 and 26.1.5',
  },
  {
    endpoints: ['attach'],
    containers: ['chatty'],
    leavings: closingOrNotReading,
    series: ['28.5'],
    reason: 'an attach watches its connection, and ends when the client has closed its end',
    reference: 'moby PR 45052; measured on 28.5.2',
  },
  {
    endpoints: ['attach-websocket'],
    containers: ['chatty'],
    leavings: closingOrNotReading,
    keptUntil: 'when-container-ends',
    reason:
      'the copy of stderr, on which the container prints nothing, waits on: a connection and five or six goroutines a call',
    reference: measuredOn,
  },
  {
    endpoints: ['exec-start'],
    containers: ['chatty'],
    leavings: closing,
    series: ['26.1', '28.5'],
    keptUntil: 'when-container-ends',
    ofRuntime: ofRunningExec,
    reason:
      'the process of the exec goes on without its client, and its stderr is waited for: the connection, four pipes and six goroutines a call; the shim keeps ten descriptors',
    reference: 'measured on 26.1.5 and 28.5.2',
  },
  {
    endpoints: ['logs-follow'],
    containers: ['chatty'],
    leavings: closingOrNotReading,
    reason:
      'the handler of the call is cancelled when the connection closes, also while it writes to a client that does not read',
    reference: measuredOn,
  },
  {
    endpoints: ['logs-follow', 'stats-stream', 'stats-once', 'wait'],
    containers: ['chatty', 'paused'],
    leavings: closing,
    reason:
      'the handler of the call is cancelled when the connection closes, also when the container prints or is paused',
    reference: measuredOn,
  },
  {
    endpoints: ['attach', 'logs-follow', 'stats-stream', 'stats-once', 'wait'],
    containers: ['exits', 'restarted'],
    leavings: closing,
    reason: endsWithContainer,
    reference: measuredOn,
  },
  {
    endpoints: ['attach-websocket'],
    containers: ['exits'],
    leavings: closing,
    reason: endsWithContainer,
    reference: measuredOn,
  },
  {
    // On 20.10.24 these cells came to the end of their time on a busy machine.
    endpoints: ['attach-websocket', 'exec-start'],
    containers: ['exits', 'restarted'],
    leavings: closing,
    series: ['26.1', '28.5'],
    reason: endsWithContainer,
    reference: 'measured on 26.1.5 and 28.5.2',
  },
];

const held = 'the client holds its calls, and so does the daemon (planted leak)';

/**
 * The expectation of a control: its answer is known for every docker, also for a build that was not measured and is looked for by `--bisect`.
 *
 * @param ends whether its client closes the calls
 */
function ofControl(ends: boolean, version: string): Expectation {
  const runtime = expectedOfRuntime(version);
  if (!ends) return { verdict: 'leak', runtime, givenBack: 'when-idle', reason: held, reference: measuredOn };
  const reason = 'the handler of the call is cancelled when the connection closes';
  return { verdict: 'no-leak', runtime, givenBack: 'nothing-kept', reason, reference: measuredOn };
}

/**
 * The expectation of a cell, with a docker of that version.
 *
 * @param calls of the last dose
 */
export function expectationOf(cell: Cell, version: string, calls: number): Expectation {
  const [endpoint, leaving, container] = [level(cell, 'endpoint'), level(cell, 'leaving'), level(cell, 'container')];
  const { sends, ends } = leavings[leaving];
  if (controlOf(cell) !== undefined) return ofControl(ends, version);
  const series = seriesOf(measured, version);
  if (!series) return { reason: `no docker of the series of ${version} has been measured yet`, reference: 'none' };
  if (sends !== 'all') {
    return {
      verdict: 'no-leak',
      runtime: expectedOfRuntime(version),
      givenBack: 'nothing-kept',
      reason: 'a connection whose request is not whole has nothing beside its reader, which sees the end of it',
      reference: measuredOn,
    };
  }
  const found = behaviours.find(
    (one) =>
      one.endpoints.includes(endpoint) &&
      one.containers.includes(container) &&
      (one.leavings?.includes(leaving) ?? true) &&
      (one.series?.includes(series) ?? true) &&
      calls >= (one.atLeastCalls ?? 0),
  );
  if (!found) return { reason: 'this call has not been measured with such a container yet', reference: 'none' };
  const { keptUntil, keepsHeapAlone, reason, reference } = found;
  const runtime = expectedOfRuntime(version, found.ofRuntime);
  if (!ends) {
    return { verdict: 'leak', runtime, givenBack: keptUntil ?? 'when-idle', reason: held, reference: measuredOn };
  }
  return {
    verdict: keptUntil && !keepsHeapAlone ? 'leak' : 'no-leak',
    ...(keptUntil && { heap: 'leak' as const }),
    runtime,
    givenBack: keptUntil ?? 'nothing-kept',
    reason,
    reference,
  };
}
