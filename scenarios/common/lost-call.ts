import { callStats } from '../../harness/clients/stats-call.ts';
import { countTicks, type TickCounter } from '../../harness/clients/tick-counter.ts';
import { runContainer, type Container } from '../../harness/daemons/containers.ts';
import type { Dockerd } from '../../harness/daemons/dockerd.ts';
import { burstTicks } from '../../harness/dosing/answers.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import type { StatsCall } from '../../harness/evidence/stats-call.ts';
import type { Target } from '../../harness/probes/probe.ts';
import { loseNamespaces } from './lost-namespaces.ts';

/** A daemon that has lost the namespaces of its containers, and its answer to a stats call of one of them. */
export interface LostCall extends Disposable {
  daemon: Dockerd;
  target: Target;
  lost: Container[];
  /** Counts the ticks of the collector by a container that has its namespace. */
  counter: TickCounter;
  answer: StatsCall;
}

/** Loses the namespaces of so many containers, and asks for the stats of the first, before any other call. */
export async function callOfLost(context: CellContext, containers: number): Promise<LostCall> {
  const { machine, event, phase } = context;
  const { daemon, containers: lost } = await loseNamespaces(context, containers);
  const target: Target = { machine, daemon, event };
  const next = await phase('containers', { activity: 'starting-container', container: 'next' }, () =>
    runContainer(machine, daemon.engine, 'next'),
  );
  using undo = new DisposableStack();
  const counter = undo.use(await countTicks(daemon.connect, next.id));
  await counter.reached(1);
  const [first = next] = lost;
  const answer = await phase('dockerd ticks', { activity: 'asking-for-stats', containers: 1, ticks: burstTicks }, () =>
    callStats(daemon.connect, first, counter, burstTicks),
  );
  event({ code: 'stats-answered', calls: [answer], streams: [] });
  const all = undo.move();
  return { daemon, target, lost, counter, answer, [Symbol.dispose]: () => all.dispose() };
}
