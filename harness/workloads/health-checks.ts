import { createInterface } from 'node:readline';
import { z } from 'zod';
import { LabError } from '../core/errors.ts';
import { image } from '../daemons/containers.ts';
import type { Dockerd } from '../daemons/dockerd.ts';
import { get } from '../daemons/engine.ts';
import { startInTurn } from '../daemons/start-turns.ts';
import type { ExecTally } from '../evidence/exec-tally.ts';
import type { Machine } from '../machine/contract.ts';
import { limitOn } from '../machine/limit-on.ts';
import { poll } from '../machine/poll.ts';
import { readOutput } from '../probes/probe.ts';
import type { ExecWork } from './exec-work.ts';

/** A named pipe of the container: each line in it lets one health check end. */
const tokens = '/tokens';

/** The container keeps both ends of the pipe open, so that lines that are written wait in it, and so does a check that finds none. */
const holdsPipe = `/bin/busybox mkfifo ${tokens}; exec 3<>${tokens}; exec /bin/sleep 86400`;

/** Nanoseconds: the shortest interval that dockerd takes (MinimumDuration in moby's api/types/container). */
const interval = 1_000_000;

/** Nanoseconds, an hour: the check that waits for the next line must not time out. */
const checkTimeout = 3_600_000_000_000;

/** Bytes that a pipe takes at once (pipe(7)); a line is one byte. */
const mostAtOnce = 65_536;

/** Seconds without the end of a check, on a host, after which they are given up; an exec takes some 0.07. */
const patience = 60;

/** The end of an exec among the events of a daemon. */
const execDied = z.object({ Actor: z.object({ ID: z.string(), Attributes: z.object({ exitCode: z.string() }) }) });

/**
 * Runs a container whose health is checked as often as docker allows, and lets exactly so many checks end as units are asked for: each reads one
 * line of a pipe. One more check always waits, before the first unit as after the last. Events of the daemon count the ends.
 */
export async function openHealthChecks(machine: Machine, daemon: Dockerd): Promise<ExecWork> {
  const tally: ExecTally = { asked: 0, done: 0, failures: {}, seconds: 0 };
  const filters = encodeURIComponent(JSON.stringify({ type: ['container'], event: ['exec_die'] }));
  const events = await get(daemon.connect, `/events?filters=${filters}`);
  events.on('error', () => {});
  const container = await daemon.engine.createContainer({
    name: 'subject',
    Image: image,
    StopSignal: 'SIGKILL',
    Cmd: ['/bin/sh', '-c', holdsPipe],
    Healthcheck: { Test: ['CMD', '/bin/sh', '-c', `read token <${tokens}`], Interval: interval, Timeout: checkTimeout },
  });
  createInterface({ input: events }).on('line', (line) => {
    const { ID, Attributes } = execDied.parse(JSON.parse(line)).Actor;
    if (ID !== container.id) return;
    if (Attributes.exitCode === '0') tally.done++;
    else {
      const failure = `exit code ${Attributes.exitCode}`;
      tally.failures[failure] = (tally.failures[failure] ?? 0) + 1;
    }
  });
  await startInTurn(machine, () => container.start());
  const { State } = await container.inspect();
  const pipe = `/proc/${State.Pid}/root${tokens}`;
  const ended = () => Object.values(tally.failures).reduce((sum, count) => sum + count, tally.done);
  return {
    async apply(count) {
      const begin = performance.now();
      for (let left = count; left > 0;) {
        const now = Math.min(left, mostAtOnce);
        tally.asked += now;
        await letEnd(machine, pipe, now);
        await awaitEnds(machine, ended, tally.asked);
        left -= now;
      }
      tally.seconds += (performance.now() - begin) / 1000;
    },
    tally: () => structuredClone(tally),
    [Symbol.asyncDispose]() {
      events.destroy();
      return Promise.resolve();
    },
  };
}

/** Writes so many lines. The container may not have made its pipe yet. */
async function letEnd(machine: Machine, pipe: string, count: number): Promise<void> {
  const look = async () => (await machine.run(['busybox', 'test', '-p', pipe])).exitCode === 0;
  const { isMet } = await poll(look, (isThere) => isThere, { seconds: limitOn(machine, patience) });
  if (!isMet) throw notThere(pipe, limitOn(machine, patience));
  const script = `busybox head -c ${count} /dev/zero | busybox tr '\\0' '\\n' >"$0"`;
  await readOutput({ machine }, 'lines for health checks', ['busybox', 'sh', '-c', script, pipe]);
}

async function awaitEnds(machine: Machine, ended: () => number, wanted: number): Promise<void> {
  const seconds = limitOn(machine, patience);
  for (let before = -1; ended() < wanted;) {
    if (ended() === before) throw noEnd(before, wanted, seconds);
    before = ended();
    await poll(ended, (now) => now >= wanted || now >= before + stride, { seconds, interval: 20 });
  }
}

/** Ends that prove that the checks go on. */
const stride = 20;

function notThere(pipe: string, seconds: number): LabError {
  return new LabError({
    doing: 'letting health checks end',
    expected: `the container makes its pipe within ${seconds} s`,
    happened: `no pipe at ${pipe}`,
    hint: "the container's log and the daemon's, in the directory of the cell, may say why",
  });
}

function noEnd(ended: number, wanted: number, seconds: number): LabError {
  return new LabError({
    doing: 'waiting for health checks to end',
    expected: `${wanted} ends, and no pause of ${seconds} s`,
    happened: `${ended} have ended`,
    hint: "the daemon's log, in the directory of the cell, has a line for each check that fails",
  });
}
