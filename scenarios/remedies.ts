import { z } from 'zod';
import { report } from '../harness/clients/engine/protocol.ts';
import { watchOutage } from '../harness/clients/outage.ts';
import type { TickCounter } from '../harness/clients/tick-counter.ts';
import { readFacts } from '../harness/daemons/containers.ts';
import { burstTicks } from '../harness/dosing/answers.ts';
import { applyBurst } from '../harness/dosing/burst.ts';
import { applyDoses, readIdle } from '../harness/dosing/doses.ts';
import { openRecorder } from '../harness/dosing/recorder.ts';
import { seriesRecord } from '../harness/judge/sample.ts';
import { levelOf } from '../harness/matrix/cell.ts';
import { fds } from '../harness/probes/fds.ts';
import { netnsState } from '../harness/probes/netns-files.ts';
import type { CellContext, Scenario } from '../harness/scenario.ts';
import { leakControls } from './controls.ts';
import { remedies as actions, remedyNamed } from './remedies-actions.ts';
import { judgeRemedy } from './remedies-judge.ts';
import { rankRemedies } from './remedies-ranking.ts';
import { look, Site } from './remedies-site.ts';
import { upgradeOf } from './remedies-upgrades.ts';
import { statsLeak } from './stats-leak.ts';

/** Calls that are stuck when the remedy comes. */
const stuckCalls = 300;

/** Calls after the remedy, at each reading. */
const doses = [0, 100, 200, 300, 400, 500];

/** As many as in netns-restore. */
const containerCount = 3;

const observations = z.strictObject({
  lost: look,
  /** Connections of the agent that waited before the remedy, and how many of them were left after it. */
  stuck: z.strictObject({ before: z.int(), after: z.int(), answered: z.int() }),
  /** What the daemon refused. */
  refusals: z.array(z.string()),
  /** Seconds that the remedy took, and for which the daemon did not answer. */
  seconds: z.number(),
  outageSeconds: z.number(),
  remedied: look,
  series: z.array(seriesRecord),
  idle: z.array(seriesRecord),
  client: report,
  /** After one more restart of the daemon, as its unit says now; `fresh` is a container that was started after the remedy. */
  restarted: look,
  fresh: netnsState,
});
export type RemedyObservations = z.infer<typeof observations>;

/** What helps a host that has lost its namespaces, and what does not. */
export const remedies: Scenario<RemedyObservations> = {
  name: 'remedies',
  claim:
    'On a host whose dockerd has lost its containers’ network namespaces, some remedies heal, some stop the leak alone, ' +
    'some last until the next restart, and the self-healing of the field is the disease.',
  references: ['moby/moby#33656', 'moby/moby#30274'],
  standIn: true,
  factors: [{ name: 'remedy', levels: actions.map(({ name }) => name) }],
  controls: (daemons) => leakControls(daemons, statsLeak),
  companion: (cell, version) => (levelOf(cell, 'remedy') === 'upgraded' ? upgradeOf(cell, version) : undefined),
  notApplicable: (cell, version) =>
    levelOf(cell, 'remedy') === 'upgraded' && upgradeOf(cell, version) === undefined
      ? `no later docker that could take over from ${version} is known`
      : undefined,
  // They are the same program.
  clients: () => ['agent-1.20', 'timeout-cancel'],
  budget: { memoryBytes: 1 << 30, diskBytes: 512 << 20, seconds: 300 },
  observations,
  run: observe,
  judge: judgeRemedy,
  conclude: rankRemedies,
};

async function observe(context: CellContext): Promise<RemedyObservations> {
  const { cell, event, phase } = context;
  const remedy = remedyNamed(levelOf(cell, 'remedy'));
  await using site = await Site.open(context, containerCount);
  const ids = site.containers.map(({ id }) => id);
  const apply = (calls: number, counter: TickCounter) =>
    phase('dockerd ticks', `${calls} calls`, () => applyBurst(site.target, site.client, ids, calls, counter));

  const lost = await site.withTicks(async (counter) => {
    await apply(stuckCalls, counter);
    return site.look(counter);
  });
  const agent = site.client;
  const waiting = await agent.tell({ do: 'report' });
  event('stuck', { client: waiting });

  const watch = watchOutage(site.daemon.connect);
  const begin = performance.now();
  const refusals = await remedy.apply(site);
  const seconds = (performance.now() - begin) / 1000;
  const outageSeconds = await watch.end();
  event('remedy applied', { remedy: remedy.name, refusals, seconds, outageSeconds });

  const { control, ...after } = await site.withTicks(async (counter, fresh) => {
    await phase('dockerd ticks', 'giving the stuck calls their ticks', () => counter.reached(1 + burstTicks));
    const left = await site.heldConnections();
    const now = await site.client.tell({ do: 'report' });
    const answered = site.client === agent ? now.answered - waiting.answered : 0;
    const remedied = await site.look(counter);
    const idle = openRecorder([fds], site.target, 'call');
    await phase('harness', 'reading the idle daemon', () => readIdle(context, idle, doses));
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
