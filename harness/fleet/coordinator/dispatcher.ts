import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { cellName } from '../../core/cell.ts';
import { LabError, messageOf } from '../../core/errors.ts';
import type { Activity } from '../../store/activity.ts';
import type { Dispatcher } from '../../run/dispatcher.ts';
import { openBucket, requireBucket, type BucketAddress } from '../handover/bucket.ts';
import { every } from '../every.ts';
import { listenForResults } from '../handover/server.ts';
import { readHosts } from '../hosts.ts';
import { keys, labWords } from '../keys.ts';
import { queueRecord, readRecord, type HostRecord, type LabIdentity, type Needs } from '../records.ts';
import type { FleetTimes } from '../times.ts';
import type { FleetEvent } from './attempt-log.ts';
import { noteSeen } from './fleet-run.ts';
import { watchHosts } from './host-watch.ts';
import { reconcile } from './reconcile.ts';
import { runTries } from './run-tries.ts';
import { beginSession, newSessionId } from './session.ts';
import { sweepQueues } from './session-queue.ts';
import { keepLate, settle } from './settle.ts';
import { lackLines, placesFor, type CoordinatorState, type FleetCounts } from './state.ts';
import { noSuspects } from './suspects.ts';
import { withdrawResults } from './withdraw.ts';
import { typedCommand } from '../../core/typed-command.ts';

/** Everything that a coordinator is made of. */
export interface FleetPlan {
  redis: Redis;
  lab: LabIdentity;
  times: FleetTimes;
  /** Where results are taken: an address of this host that workers reach, and a port; 0 for any that is free. */
  results: { host: string; port: number };
  /** S3-compatible storage that archives go through; this process itself where it is left out. */
  bucket?: BucketAddress;
  say: (line: string) => void;
  /** Called when someone asks by `lab fleet cancel`. */
  onCancel: () => void;
}

/** The engine that runs cells on the hosts of a fleet. */
export interface FleetDispatcher extends Dispatcher {
  readonly session: string;
  readonly hosts: ReadonlyMap<string, HostRecord>;
  readonly counts: Readonly<FleetCounts>;
  /** Names of the queues of this session. */
  readonly queues: readonly string[];
  /** Directories of the runs that have begun. */
  readonly runs: readonly string[];
  /** The host that runs a cell now, and its activity; undefined when the cell is not running. */
  doingOf: (cell: string) => { host: string; doing?: Activity | undefined } | undefined;
}

/**
 * Begins to coordinate: from now on workers see this session.
 *
 * @throws {LabError} when no host of the fleet runs this lab, or the address for results is taken
 */
export async function openFleet(fleet: FleetPlan): Promise<FleetDispatcher> {
  const { redis, lab, times, say } = fleet;
  await using opened = new AsyncDisposableStack();
  const id = newSessionId(new Date());
  const key = randomBytes(32).toString('hex');
  const counts = { submitted: 0, accepted: 0, lost: 0, notCounted: 0, givenUp: 0, notApplicable: 0, suspect: 0 };
  const hosts = new Map<string, HostRecord>();
  const state: CoordinatorState = {
    redis,
    lab,
    times,
    session: id,
    hosts,
    queues: new Map(),
    queued: new Map(),
    ended: new Map(),
    runs: new Set(),
    suspects: noSuspects(),
    failedHosts: new Map(),
    counts,
    say,
  };
  const tell = (event: FleetEvent) => {
    for (const run of state.runs) run.log(event);
  };
  opened.use(await watchHosts(redis, hosts, lab, times, hostEvents(state, tell)));
  if (hosts.size === 0) throw await noHosts(redis, lab);
  await sweepDead(redis);
  const server = opened.use(
    await listenForResults(fleet.results, key, {
      placeOf: (job) => (state.queued.get(job)?.run ?? state.ended.get(job))?.place,
      stored(job, staged) {
        const submission = state.queued.get(job);
        const run = state.ended.get(job);
        // A worker that had no answer hands the same archive over again, into the same file.
        if (submission) submission.staged = [...submission.staged.filter(({ file }) => file !== staged.file), staged];
        else if (run) void keepLate(state, { run, id: job }, staged).catch(() => undefined);
      },
      ended(job) {
        const submission = state.queued.get(job);
        if (submission) void settle(state, submission).catch(() => undefined);
      },
    }),
  );
  const { host } = fleet.results;
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`;
  const bucket = fleet.bucket && openBucket(fleet.bucket);
  if (bucket) {
    await requireBucket(bucket, id);
    opened.defer(() => bucket.removeAll(`${id}/`).catch(() => undefined));
    state.bucket = bucket;
  }
  const session = opened.use(
    await beginSession(redis, { id, lab, address, key, ...(bucket && { bucket: bucket.address }) }, times, {
      onCancel: fleet.onCancel,
      onSlow: (seconds) => tell({ code: 'redis-slow', seconds }),
    }),
  );
  opened.defer(() =>
    Promise.all([...state.queues.values()].map((queue) => queue[Symbol.asyncDispose]())).then(() => {}),
  );
  opened.use(every(times.reconcile, () => reconcile(state)));
  opened.use(every(times.beat, () => Promise.resolve(session.count(counts))));
  opened.use(watchRedis(redis, tell));
  const directories: string[] = [];
  const owned = opened.move();
  const anyOf = (machine: string): Needs => ({ machine, memoryBytes: 1, abilities: [] });
  const machineOf = (kind: string) =>
    [...hosts.values()].flatMap(({ machines }) => machines).find((one) => one.kind === kind && one.description)
      ?.description;
  return {
    session: id,
    hosts,
    counts,
    get queues() {
      return [...state.queues.keys()];
    },
    // What is left of one part is run while the next one begins.
    parts: Infinity,
    prepare({ name }) {
      const why = `No host of the fleet can run the machine "${name}".\n${lackLines(state, anyOf(name))}`;
      return Promise.resolve(machineOf(name) ? undefined : why);
    },
    describe: async (kind) => machineOf(kind.name) ?? (await kind.describe()),
    jobs: ({ name }, memoryBytes) => Math.max(1, placesFor(state, { ...anyOf(name), memoryBytes })),
    run(plan, tries, record) {
      directories.push(plan.directory.path);
      return runTries(state, session, plan, tries, record);
    },
    get runs() {
      return directories;
    },
    doingOf(cell) {
      for (const { name, running } of hosts.values()) {
        const own = running.find(({ job }) => nameOf(state, job) === cell);
        if (own) return { host: name, doing: own.doing };
      }
      return undefined;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function nameOf({ queued }: CoordinatorState, job: string): string | undefined {
  const one = queued.get(job)?.one;
  return one && cellName(one.cell);
}

async function noHosts(redis: Redis, lab: LabIdentity): Promise<LabError> {
  const others = await readHosts(redis);
  return new LabError({
    doing: 'beginning a run on the fleet',
    expected: `at least one worker that runs this lab, ${labWords(lab)}`,
    happened:
      others.length === 0
        ? 'no worker is alive'
        : `these run others: ${others.map((one) => `${one.name} (${labWords(one.lab)})`).join(', ')}`,
    hint: `start one on each host, with the same revision: ${typedCommand('lab', 'worker', '--fleet', 'URL')}`,
  });
}

function hostEvents(state: CoordinatorState, tell: (event: FleetEvent) => void) {
  return {
    joined: ({ name }: HostRecord) => tell({ code: 'host-joined', host: name }),
    gone(name: string) {
      state.say(`the host ${name} is gone`);
      tell({ code: 'host-gone', host: name });
    },
    seen(host: HostRecord) {
      state.suspects.clear(host);
      if (host.state !== 'failed') {
        state.failedHosts.delete(host.name);
      } else if (state.failedHosts.get(host.name) !== host.instance) {
        state.failedHosts.set(host.name, host.instance);
        void withdrawResults(state, host).catch((error: unknown) =>
          state.say(`cannot withdraw the results of ${host.name}: ${messageOf(error)}`),
        );
      }
      for (const { job, attempt, doing } of host.running) {
        const submission = state.queued.get(job);
        if (!submission) continue;
        noteSeen(submission, {
          host: host.name,
          attempt,
          isNew: attempt !== submission.seenAttempt,
          ...(doing && { doing }),
        });
        submission.seenAttempt = attempt;
      }
    },
  };
}

async function sweepDead(redis: Redis): Promise<void> {
  const all = Object.entries(await redis.hgetall(keys.queues)).flatMap(([name, text]) => {
    const record = readRecord(text, queueRecord);
    return record ? [{ name, session: record.session }] : [];
  });
  await sweepQueues(redis, all);
}

/** Writes down when Redis was away, and for how long. */
function watchRedis(redis: Redis, tell: (event: FleetEvent) => void): Disposable {
  let since: number | undefined;
  const away = () => {
    if (since === undefined) tell({ code: 'redis-away' });
    since ??= performance.now();
  };
  const back = () => {
    if (since !== undefined) tell({ code: 'redis-back', seconds: Math.round((performance.now() - since) / 100) / 10 });
    since = undefined;
  };
  redis.on('close', away);
  redis.on('ready', back);
  return {
    [Symbol.dispose]() {
      redis.off('close', away);
      redis.off('ready', back);
    },
  };
}
