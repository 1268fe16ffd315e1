import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnrecoverableError, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { LabError, messageOf } from '../../core/errors.ts';
import { named } from '../../core/did-you-mean.ts';
import { every } from '../every.ts';
import { isSameLab, keys, labWords } from '../keys.ts';
import { readHosts, readSessions } from '../hosts.ts';
import {
  hostRecord,
  readRecord,
  tryRecord,
  type CanaryRecord,
  type HostRecord,
  type LabIdentity,
  type Needs,
  type SessionRecord,
} from '../records.ts';
import type { FleetTimes } from '../times.ts';
import type { Abilities } from './abilities.ts';
import { capacityOf } from './capacity.ts';
import { Ending, runJob, type JobEnd } from './cell-job.ts';
import { chosenBy, openTaker, readQueues, type OpenQueue } from './queues.ts';
import type { RunTry } from './run-child.ts';
import type { Registries } from './try-here.ts';

/** Everything that a worker is made of. */
export interface WorkerPlan {
  redis: Redis;
  name: string;
  lab: LabIdentity;
  abilities: Abilities;
  /** Looks again at what changes while it runs. */
  cached: () => Promise<Abilities['cached']>;
  registries: Registries;
  runTry: RunTry;
  /** Checks the health of the host; left out where a host has none, as in a benchmark. */
  canary?: { every: number; sing: (host: HostRecord) => Promise<CanaryRecord> };
  /** Whether the disk has room for a cell: a host without takes none. */
  hasRoom: () => Promise<boolean>;
  /** Removes what a child that was killed has left. */
  sweep: () => Promise<void>;
  /** A directory of this worker alone. */
  scratch: string;
  /** The most cells side by side. */
  most: number;
  times: FleetTimes;
  /** A line for the log of the host. */
  say: (line: string) => void;
  signal: AbortSignal;
}

/** How a worker ended. */
export type WorkerEnd = 'stopped' | 'drained' | 'failed-canary';

/** A cell that runs here. */
interface Running {
  job: string;
  queue: string;
  session: string;
  attempt: number;
  doing?: HostRecord['running'][number]['doing'];
  ended: Ending;
  /** Since when its coordinator is missing, by this process's clock (ms). */
  missing?: number | undefined;
}

/**
 * Takes cells of a fleet and runs them, until it is stopped, is drained, or its host fails its canary.
 *
 * @throws {LabError} when another worker that lives has the same name
 */
export async function work(plan: WorkerPlan): Promise<WorkerEnd> {
  const { redis, name, times, signal, say, lab } = plan;
  const host: HostRecord = {
    schema: 1,
    name,
    instance: randomBytes(8).toString('hex'),
    lab,
    since: new Date().toISOString(),
    beatAt: new Date().toISOString(),
    state: 'checking',
    ...plan.abilities,
    running: [],
  };
  await requireName(redis, host);
  const running = new Map<string, Running>();
  const capacity = capacityOf(host.memoryBytes, plan.most);
  const beat = async () => {
    host.beatAt = new Date().toISOString();
    host.running = [...running.values()].map(({ job, session, attempt, doing }) => ({
      job,
      session,
      attempt,
      ...(doing && { doing }),
    }));
    await redis.multi().set(keys.host(name), JSON.stringify(host), 'PX', times.gone).sadd(keys.hosts, name).exec();
  };
  const beating = setInterval(() => void beat().catch(() => undefined), times.beat);
  const refused = new Set<string>();
  let sessions = new Map<string, SessionRecord>();
  let queues: OpenQueue[] = [];
  let drained = false;
  const look = async () => {
    const [alive, hosts, open, drain] = await Promise.all([
      readSessions(redis),
      readHosts(redis),
      readQueues(redis, lab),
      redis.exists(keys.drain(name)),
    ]);
    for (const one of alive.filter((session) => !isSameLab(session.lab, lab) && !refused.has(session.id))) {
      refused.add(one.id);
      say(`not taking cells of ${one.id}: it runs the lab ${labWords(one.lab)}, and this worker is ${labWords(lab)}`);
    }
    sessions = new Map(alive.filter((session) => isSameLab(session.lab, lab)).map((one) => [one.id, one]));
    queues = chosenBy(
      host,
      open.filter(({ session }) => sessions.has(session)),
      hosts.filter((other) => other.name !== name),
    );
    drained ||= drain > 0;
    watchSessions(running, sessions, times.gone);
    // The end of a cell is told through its queue, even where its run has ended.
    await taker.keep(new Set([...open.map((queue) => queue.name), ...[...running.values()].map(({ queue }) => queue)]));
  };
  await using taker = openTaker(redis, times);
  // Beside the cells: a look that waits for Redis keeps none of them.
  const looking = every(times.poll, look);
  const cells = new Set<Promise<void>>();
  let sinceCanary = Infinity;
  let crashes = 0;
  let restsUntil = 0;
  let wake = Promise.withResolvers<void>();
  try {
    await beat();
    await look();
    for (;;) {
      if (signal.aborted) return 'stopped';
      if (plan.canary && sinceCanary >= plan.canary.every) {
        // The cells that run would disturb it, and be disturbed.
        await Promise.all(cells);
        host.state = 'checking';
        await beat();
        host.canary = await plan.canary.sing(host);
        sinceCanary = 0;
        if (!host.canary.good) {
          host.state = 'failed';
          await beat();
          return 'failed-canary';
        }
      }
      host.state = drained ? 'draining' : 'ready';
      if (drained && cells.size === 0) return 'drained';
      // Before the look for a cell: the end of one while it looks is not missed.
      wake = Promise.withResolvers();
      const rests = drained || performance.now() < restsUntil || !(await plan.hasRoom());
      const taken = rests ? undefined : await take();
      if (taken) {
        sinceCanary++;
        const cell = runTaken(taken).finally(() => {
          cells.delete(cell);
          wake.resolve();
        });
        cells.add(cell);
        continue;
      }
      await Promise.race([wake.promise, sleep(times.poll / 4, undefined, { signal }).catch(() => undefined)]);
    }
  } finally {
    for (const one of running.values()) one.ended.end('stopping');
    await Promise.all(cells);
    clearInterval(beating);
    looking[Symbol.dispose]();
    await leave(redis, host);
  }

  async function take() {
    const fitting = queues.filter(({ needs }) => capacity.fits(loadOf(needs)));
    const token = randomBytes(12).toString('hex');
    const taken = await taker.take(fitting, token).catch(() => undefined);
    return taken && { ...taken, token };
  }

  async function runTaken({ job, queue, token }: { job: Job; queue: OpenQueue; token: string }): Promise<void> {
    using _ = capacity.take(loadOf(queue.needs));
    const order = tryRecord.safeParse(job.data).data;
    const session = order && (sessions.get(order.session) ?? (await findSession(order.session)));
    if (!order || !session || session.cancelled || job.deferredFailure) {
      // Lost too often, or of a run that has ended: no host shall try it again.
      const why = job.deferredFailure ?? 'its run has ended';
      await job.moveToFailed(new UnrecoverableError(why), token, false).catch(() => undefined);
      return;
    }
    const id = job.id ?? '';
    const attempt = job.attemptsStarted;
    const one: Running = {
      job: id,
      queue: queue.name,
      session: order.session,
      attempt,
      ended: new Ending(),
    };
    const scratch = path.join(plan.scratch, `${id}.${attempt}`);
    running.set(`${id}.${attempt}`, one);
    let end: JobEnd | undefined;
    let isTold = false;
    try {
      await mkdir(plan.scratch, { recursive: true });
      end = await runJob({
        job,
        token,
        order,
        session,
        host: name,
        scratch,
        times,
        runTry: plan.runTry,
        doing: (doing) => (one.doing = doing),
        ended: one.ended,
        onTrouble: (error) => {
          if (!isTold) say(`${id}, attempt ${attempt}: handing its result over: ${messageOf(error)}; trying again`);
          isTold = true;
        },
      });
    } finally {
      running.delete(`${id}.${attempt}`);
      await rm(scratch, { recursive: true, force: true });
    }
    say(`${id}, attempt ${attempt}: ${end}`);
    if (end === 'completed') crashes = 0;
    if (end === 'crashed') {
      // A host whose cells end at once would use up the attempts of a whole night: it shows that it is healthy first.
      crashes++;
      sinceCanary = Infinity;
      restsUntil = performance.now() + Math.min(crashes, mostRests) * times.gone;
    }
    if (end !== 'completed') await plan.sweep();
    host.cached = await plan.cached();
  }

  /** A session that began since the last look. */
  async function findSession(id: string): Promise<SessionRecord | undefined> {
    await look().catch(() => undefined);
    return sessions.get(id);
  }

  function loadOf({ machine, memoryBytes }: Needs) {
    return { memoryBytes, cores: 1 / named('machine', machine, plan.registries.kinds).jobs(1) };
  }
}

/** A host rests after a cell that left no result, longer after each in a row, up to so many times the time of a heartbeat. */
const mostRests = 8;

/** Ends the cells whose coordinator has cancelled them, or was not seen for some time. */
function watchSessions(
  running: ReadonlyMap<string, Running>,
  sessions: ReadonlyMap<string, SessionRecord>,
  gone: number,
): void {
  const now = performance.now();
  for (const one of running.values()) {
    const session = sessions.get(one.session);
    // Redis itself may have been away, and with it every heartbeat: only looks that had an answer count.
    one.missing = session ? undefined : (one.missing ?? now);
    if (session?.cancelled) one.ended.end('cancelled');
    else if (one.missing !== undefined && now - one.missing > gone) one.ended.end('coordinator-gone');
  }
}

async function requireName(redis: Redis, host: HostRecord): Promise<void> {
  const other = readRecord(await redis.get(keys.host(host.name)), hostRecord);
  if (!other || other.instance === host.instance) return;
  throw new LabError({
    doing: `joining the fleet as ${host.name}`,
    expected: 'no other worker has this name',
    happened: `one has it since ${other.since}, and was alive at ${other.beatAt}`,
    hint: 'name this one with --name, or wait until the other one is gone',
  });
}

/** A host that ends by itself says so; one that failed its canary stays to be seen until its heartbeat runs out. */
async function leave(redis: Redis, host: HostRecord): Promise<void> {
  const left = redis.multi().del(keys.drain(host.name));
  if (host.state !== 'failed') left.del(keys.host(host.name)).srem(keys.hosts, host.name);
  // The timer must not keep a worker that has left.
  await Promise.race([left.exec(), sleep(2000, undefined, { ref: false })]).catch(() => undefined);
}
