import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { openFleet, type FleetDispatcher, type FleetPlan } from '../../harness/fleet/coordinator/dispatcher.ts';
import { connectFleet } from '../../harness/fleet/connect.ts';
import type { LabIdentity } from '../../harness/fleet/records.ts';
import type { FleetTimes } from '../../harness/fleet/times.ts';
import { inChild } from '../../harness/fleet/worker/run-child.ts';
import { work, type WorkerEnd, type WorkerPlan } from '../../harness/fleet/worker/worker.ts';
import { fakeHost } from './fake-machine.ts';
import { moodyRegistries } from './fleet-fakes.ts';
import { scratch } from './scratch.ts';

/** The lab of the tests. */
export const testLab: LabIdentity = { version: '0.0.0', revision: 'abcdef0123456789' };

/** A fleet whose heart beats faster, so that tests need not wait for it. */
export const quickTimes: FleetTimes = {
  lock: 3000,
  renew: 600,
  stalled: 1000,
  beat: 300,
  gone: 2000,
  poll: 200,
  patience: 3000,
  reconcile: 1000,
  forget: 60_000,
  cleanup: 2000,
};

/** For tests in which nothing dies: on a slow host a worker whose cells begin all at once may not beat for two seconds. */
export const patientTimes: FleetTimes = { ...quickTimes, lock: 30_000, renew: 2000, gone: 20_000, patience: 30_000 };

/** A worker of fakes that a test has started. */
export interface TestWorker {
  ended: Promise<WorkerEnd>;
  stop: () => Promise<WorkerEnd>;
  said: string[];
}

/** Starts a worker in this process; its cells run in children. It ends with the test. */
export async function startWorker(
  t: ExecutionContext,
  url: string,
  name: string,
  changes: Partial<WorkerPlan> = {},
): Promise<TestWorker> {
  const redis = await connectFleet(url);
  const stopping = new AbortController();
  const said: string[] = [];
  const ended = work({
    redis,
    name,
    lab: testLab,
    abilities: {
      cpus: 2,
      memoryBytes: 8 * 2 ** 30,
      machines: [{ kind: 'fake', missing: [], description: fakeHost }],
      cached: { daemons: [], kernels: [] },
    },
    cached: () => Promise.resolve({ daemons: [], kernels: [] }),
    registries: moodyRegistries,
    runTry: inChild(path.resolve(import.meta.dirname, 'fleet-child.ts'), name, quickTimes.cleanup),
    hasRoom: () => Promise.resolve(true),
    sweep: () => Promise.resolve(),
    scratch: scratch(t),
    most: 10,
    times: quickTimes,
    say: (line) => said.push(line),
    signal: stopping.signal,
    ...changes,
  }).finally(() => redis.disconnect());
  ended.catch(() => undefined);
  const stop = () => {
    stopping.abort();
    return ended;
  };
  // Why it ended is for the test that asks.
  t.teardown(() => stop().catch(() => undefined));
  return { ended, stop, said };
}

/** Opens a coordinator; it ends with the test. */
export async function startCoordinator(
  t: ExecutionContext,
  url: string,
  changes: Partial<FleetPlan> = {},
): Promise<FleetDispatcher> {
  const redis = await connectFleet(url);
  const fleet = await openFleet({
    redis,
    lab: testLab,
    times: quickTimes,
    results: { host: '127.0.0.1', port: 0 },
    say: () => {},
    onCancel: () => {},
    ...changes,
  }).catch((error: unknown) => {
    redis.disconnect();
    throw error;
  });
  t.teardown(async () => {
    await fleet[Symbol.asyncDispose]();
    redis.disconnect();
  });
  return fleet;
}
