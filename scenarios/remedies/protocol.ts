import { watchOutage } from '../../harness/clients/outage.ts';
import type { TickCounter } from '../../harness/clients/tick-counter.ts';
import { readFacts } from '../../harness/daemons/containers.ts';
import { burstTicks } from '../../harness/dosing/answers.ts';
import { applyBurst } from '../../harness/dosing/burst.ts';
import { applyDoses, readIdle } from '../../harness/dosing/doses.ts';
import { openRecorder } from '../../harness/dosing/recorder.ts';
import { fds } from '../../harness/probes/fds.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { startContainerdUnit } from '../common/containerd-unit.ts';
import { observeNoStart } from './no-start.ts';
import { actions, isStartRemedy } from './actions.ts';
import { level } from './factors.ts';
import { Site } from './site.ts';
import type { RemedyObservations } from './observations.ts';

/** Calls that are stuck when the remedy comes. */
const stuckCalls = 300;

/** Calls after the remedy, at each reading. */
const doses = [0, 100, 200, 300, 400, 500];

/** As many as in netns-restore. */
const containerCount = 3;

/** The protocol of remedies. */
export async function observe(context: CellContext): Promise<RemedyObservations> {
  const { cell, event, phase } = context;
  const remedy = level(cell, 'remedy');
  const containerd = await startContainerdUnit(context, level(cell, 'containerd'));
  if (containerd) {
    if (!isStartRemedy(remedy)) throw new RangeError(`${remedy} has nothing to act on where no container starts`);
    return observeNoStart(context, containerd, remedy, containerCount);
  }
  await using site = await Site.open(context, containerCount);
  const ids = site.containers.map(({ id }) => id);
  const apply = (calls: number, counter: TickCounter) =>
    phase('dockerd ticks', { activity: 'applying-dose', dose: calls, unit: 'calls' }, () =>
      applyBurst(site.target, site.client, ids, calls, counter),
    );

  const lost = await site.withTicks(async (counter) => {
    await apply(stuckCalls, counter);
    return site.look(counter);
  });
  const agent = site.client;
  const waiting = await agent.tell({ do: 'report' });
  event({ code: 'calls-stuck', tally: waiting });

  const watch = watchOutage(site.daemon.connect);
  const begin = performance.now();
  const refusals = await actions[remedy](site);
  const seconds = (performance.now() - begin) / 1000;
  const outageSeconds = await watch.end();
  event({ code: 'remedy-applied', remedy, refusals, seconds, outageSeconds });

  const { control, ...after } = await site.withTicks(async (counter, fresh) => {
    await phase('dockerd ticks', { activity: 'waiting-for-collector' }, () => counter.reached(1 + burstTicks));
    const left = await site.heldConnections();
    const now = await site.client.tell({ do: 'report' });
    const answered = site.client === agent ? now.answered - waiting.answered : 0;
    const remedied = await site.look(counter);
    const idle = openRecorder([fds], site.target, 'call');
    await phase('harness', { activity: 'reading-idle', subject: 'daemon' }, () => readIdle(context, idle, doses));
    const recorder = openRecorder([fds], site.target, 'call');
    await applyDoses(context, recorder, doses, 'calls', (more) => apply(more, counter));
    return {
      stuck: { before: waiting.open, after: left, answered },
      remedied,
      idle: idle.series(),
      series: recorder.series(),
      control: await readFacts(site.machine, site.daemon.engine, fresh),
    };
  });
  const client = await site.client.tell({ do: 'report' });

  await site.restart();
  const restarted = await site.withTicks((counter) => site.look(counter));
  const fresh = await site.netnsStateOf(control.netnsPath);
  return { lost, refusals, seconds, outageSeconds, ...after, client, restarted, fresh };
}
