import { nodeProgram } from '../../harness/clients/common/node-program.ts';
import { LabError, lastLines } from '../../harness/core/errors.ts';
import { ownProgram } from '../../harness/core/own-program.ts';
import type { Machine } from '../../harness/machine/contract.ts';
import { callStats } from '../../harness/clients/stats-call.ts';
import { startNamed } from '../../harness/clients/clients.ts';
import { countTicks } from '../../harness/clients/tick-counter.ts';
import {
  createContainers,
  runContainer,
  runContainers,
  waitUntilRunning,
  type Container,
} from '../../harness/daemons/containers.ts';
import type { Dockerd } from '../../harness/daemons/dockerd.ts';
import { burstTicks } from '../../harness/dosing/answers.ts';
import { applyBurst } from '../../harness/dosing/burst.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { waitFor } from '../../harness/dosing/wait-for.ts';
import { requireBeside, type StartsBeside } from '../../harness/machine/beside.ts';
import { connections } from '../../harness/probes/connections.ts';
import type { Target } from '../../harness/probes/probe.ts';
import { stallContainerd } from '../collector-stall/stall.ts';
import type { CollectedFiles } from '../../harness/evidence/bundles.ts';
import { collectInCell } from '../common/diagnosis/collected.ts';
import type { ContainerdLevel } from '../common/containerd-factor.ts';
import { startContainerdUnit } from '../common/containerd-unit.ts';
import { ContainerStarts } from '../common/container-starts.ts';
import { startDaemonUnit, unitLog, type DaemonUnit } from '../common/unit.ts';
import { level, type Condition } from './factors.ts';
import type { DiagnosisObservations } from './observations.ts';

/** Collections in one cell. */
export const collections = { usual: 3, least: 1 };

/** Calls of an agent, or attaches that are abandoned. */
export const calls = { usual: 60, least: 30 };

/** Containers of the host. */
const containers = 3;

/** Seconds between the samples of a collection. */
const interval = 1;

/** The unit of a condition, and whether dockerd is restarted. */
interface Host {
  mountFlags: DaemonUnit['mountFlags'];
  liveRestore: boolean;
  restarted: boolean;
  /** `managed` when it is left out. */
  containerd?: ContainerdLevel;
}

/** The host of each condition. */
export const hosts: Readonly<Record<Condition, Host>> = {
  healthy: { mountFlags: 'unset', liveRestore: false, restarted: false },
  'healthy-restarted': { mountFlags: 'unset', liveRestore: true, restarted: true },
  'healthy-flags': { mountFlags: 'slave', liveRestore: false, restarted: true },
  'healthy-containerd-unit': { mountFlags: 'unset', liveRestore: true, restarted: true, containerd: 'unit' },
  exposed: { mountFlags: 'slave', liveRestore: true, restarted: false },
  lost: { mountFlags: 'slave', liveRestore: true, restarted: true },
  hanging: { mountFlags: 'slave', liveRestore: true, restarted: true },
  'hanging-in-container': { mountFlags: 'slave', liveRestore: true, restarted: true },
  'clean-agent': { mountFlags: 'slave', liveRestore: true, restarted: true },
  stalled: { mountFlags: 'unset', liveRestore: false, restarted: false },
  'abandoned-attaches': { mountFlags: 'unset', liveRestore: false, restarted: false },
  'mounts-not-seen': { mountFlags: 'slave', liveRestore: true, restarted: false, containerd: 'unit' },
};

/** The client of each condition that has one. */
export const clientOf: Readonly<Partial<Record<Condition, string>>> = {
  hanging: 'agent-1.20',
  'hanging-in-container': 'agent-1.20-in-container',
  'clean-agent': 'timeout-cancel',
  stalled: 'agent-1.20',
};

/** The protocol of diagnosis: a host is brought into a condition, and looked at as an operator would. */
export async function observe(context: CellContext): Promise<DiagnosisObservations> {
  const { cell, machine, event, phase } = context;
  requireBeside(machine);
  const condition = level(cell, 'condition');
  const { restarted, containerd: whose = 'managed', ...flags } = hosts[condition];
  const containerd = await startContainerdUnit(context, whose);
  const unit: DaemonUnit = { systemd: '219', ...flags, ...(containerd && { containerd }) };
  let daemon = await startDaemonUnit(context, unit, { number: 1 });
  // Where none can start, the operator has asked for them all the same.
  const make = condition === 'mounts-not-seen' ? createContainers : runContainers;
  const running = await phase('containers', { activity: 'starting-containers', count: containers }, () =>
    make(machine, daemon.engine, containers),
  );
  if (condition === 'mounts-not-seen') await new ContainerStarts(context).ask(daemon, 1, running);
  let next: Container | undefined;
  if (restarted) {
    await phase('dockerd starts and stops', { activity: 'stopping-daemon' }, daemon.stop);
    daemon = await startDaemonUnit(context, unit, { number: 2 });
    await waitUntilRunning(machine, daemon.engine, running);
    // It gets the address of a container that was lost.
    next = await phase('containers', { activity: 'starting-container', container: 'next' }, () =>
      runContainer(machine, daemon.engine, 'next'),
    );
  }
  const target: Target = { machine, daemon, event };
  const log = context.logFile(unitLog(restarted ? 2 : 1));
  const collect = async (): Promise<DiagnosisObservations> => {
    const taken: CollectedFiles[] = [];
    for (let number = 1; number <= context.size('collections'); number++) {
      taken.push(await collectInCell(context, number, { log, seconds: interval }));
    }
    return { collections: taken };
  };
  if (condition === 'abandoned-attaches') {
    await phase('harness', { activity: 'abandoning-attaches', count: context.size('calls') }, () =>
      abandonAttaches(machine, daemon, running, context.size('calls')),
    );
    return collect();
  }
  const client = clientOf[condition];
  if (client === undefined) return collect();
  return withClient(context, target, client, running, next, collect);
}

/** Calls that wait, while the evidence is taken. */
async function withClient(
  context: CellContext,
  target: Target,
  name: string,
  running: readonly Container[],
  next: Container | undefined,
  collect: () => Promise<DiagnosisObservations>,
): Promise<DiagnosisObservations> {
  const { cell, machine, phase, event } = context;
  requireBeside(machine);
  const { daemon } = target;
  const [first] = running;
  // Its namespace was never lost: the collector ticks for it.
  const control = next ?? first;
  if (!first || !control) throw new RangeError('the cell has no containers');
  const ids = running.map(({ id }) => id);
  const count = context.size('calls');
  await using client = await phase('harness', { activity: 'starting-client', client: name }, () =>
    startNamed(machine, daemon, name),
  );
  if (level(cell, 'condition') === 'stalled') {
    const stall = await stallContainerd(target);
    try {
      await client.tell({ do: 'send', calls: count, containers: ids });
      const held = async () => (await connections.read(target))['connections'] ?? 0;
      await waitFor(
        'waiting for the daemon to take the calls',
        `${count} connections`,
        held,
        (seen) => seen >= count,
        callLimit,
      );
      return await collect();
    } finally {
      await stall.release();
    }
  }
  using counter = await countTicks(daemon.connect, control.id);
  await counter.reached(1);
  const answer = await callStats(daemon.connect, first, counter, burstTicks);
  event({ code: 'stats-answered', calls: [answer], streams: [] });
  await phase('dockerd ticks', { activity: 'applying-dose', dose: count, unit: 'calls' }, () =>
    applyBurst(target, client, ids, count, counter),
  );
  // The client has to be there while the evidence is taken.
  return await collect();
}

/** Seconds for all calls to arrive. */
const callLimit = 60;

/** Attaches to a container that prints nothing, and closes the connection: from beside the daemon, as a client of the host does. */
async function abandonAttaches(
  machine: Machine & StartsBeside,
  { socket }: Dockerd,
  [silent]: readonly Container[],
  count: number,
): Promise<void> {
  if (!silent) throw new RangeError('the cell has no containers');
  const program = await nodeProgram(attacher, (seen) => [seen(socket), silent.id, `${count}`]);
  const beside = await machine.startBeside(program);
  beside.stdin.end();
  let said = '';
  beside.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const { exitCode, signal } = await beside.exited;
  if (exitCode === 0) return;
  throw new LabError({
    doing: `attaching ${count} times to a silent container`,
    expected: 'dockerd answers each attach with 101 or 200',
    happened: exitCode === undefined ? `the client was ended by ${signal ?? 'something'}` : `exit code ${exitCode}`,
    evidence: lastLines(said, 5) || '(it printed nothing)',
    hint: 'the log of dockerd, in the directory of the cell, shows the requests',
  });
}

/** The program that attaches and goes. */
const attacher = ownProgram(import.meta.dirname, 'attacher');
