import type { Dockerd } from '../daemons/dockerd.ts';
import { runContainer } from '../daemons/containers.ts';
import { holdExec, runExec, type HeldExec } from '../daemons/execs.ts';
import { get } from '../daemons/engine.ts';
import type { ExecTally } from '../evidence/exec-tally.ts';
import type { Machine } from '../machine/contract.ts';
import { limitOn } from '../machine/limit-on.ts';

/** Work whose units come one after the other, each an exec in one container, or none. */
export interface ExecWork extends AsyncDisposable {
  /** Does so many units, and resolves when the daemon has said that they are over. */
  apply(count: number): Promise<void>;
  /** All units so far. */
  tally(): ExecTally;
}

/** Milliseconds for an answer to a ping, on a host. */
const pingLimit = 30_000;

/** An exec that ends at once: busybox reads nothing and writes nothing. */
const endsAtOnce = ['/bin/true'];
const runsOn = ['/bin/sleep', '86400'];

/** Runs a container, and an exec in it for each unit. The container has the image of {@link importImage}. */
export async function openExecs(machine: Machine, daemon: Dockerd): Promise<ExecWork> {
  const container = daemon.engine.getContainer((await runContainer(machine, daemon.engine, 'subject')).id);
  const { slowness } = machine.description;
  return oneByOne(async () => {
    const end = await runExec(container, endsAtOnce, slowness);
    if ('failure' in end) return end.failure;
    return end.exitCode === 0 ? undefined : `exit code ${end.exitCode}`;
  });
}

/** Runs a container, and an exec in it for each unit, whose process and connection stay: what a leak looks like. */
export async function openHeldExecs(machine: Machine, daemon: Dockerd): Promise<ExecWork> {
  const container = daemon.engine.getContainer((await runContainer(machine, daemon.engine, 'subject')).id);
  const held: HeldExec[] = [];
  const hold = async () => void held.push(await holdExec(container, runsOn));
  return oneByOne(hold, () => {
    for (const one of held) one.close();
  });
}

/** Runs a container, and pings the daemon for each unit: work that neither containerd nor the shim has a part in. */
export async function openPings(machine: Machine, daemon: Dockerd): Promise<ExecWork> {
  await runContainer(machine, daemon.engine, 'subject');
  return oneByOne(async () => {
    const response = await get(daemon.connect, '/_ping', AbortSignal.timeout(limitOn(machine, pingLimit)));
    response.resume();
    return response.statusCode === 200 ? undefined : `status ${response.statusCode}`;
  });
}

/** @param once does one unit, and resolves with the name of its failure */
function oneByOne(once: () => Promise<string | void>, close: () => void = () => {}): ExecWork {
  const tally: ExecTally = { asked: 0, done: 0, failures: {}, seconds: 0 };
  return {
    async apply(count) {
      const begin = performance.now();
      for (let number = 0; number < count; number++) {
        tally.asked++;
        const failure = await once();
        if (failure === undefined) tally.done++;
        else tally.failures[failure] = (tally.failures[failure] ?? 0) + 1;
      }
      tally.seconds += (performance.now() - begin) / 1000;
    },
    tally: () => structuredClone(tally),
    [Symbol.asyncDispose]() {
      close();
      return Promise.resolve();
    },
  };
}
