import test from 'ava';
import { summaryWords } from '../harness/report/value-words.ts';
import { machineKinds } from '../harness/machines/registry.ts';
import { runCell } from '../harness/run/run-cell.ts';
import type { Scenario } from '../harness/run/scenario.ts';
import { createRunDirectory } from '../harness/store/run-directory.ts';
import { collectorStall } from '../scenarios/collector-stall/scenario.ts';
import { quietly } from '../harness/fetch/cache.ts';
import { fetchDockerBuild } from '../harness/fetch/docker-build.ts';
import { scratch } from './support/scratch.ts';

/** Does what dockerd 1.13 to 17.09 does itself some seconds after the stop: it kills a stopped containerd, which dockerd starts anew. */
const watchdog = `
while :; do
  for pid in $(busybox pidof containerd); do
    busybox grep -q '^State:.T' /proc/$pid/status && busybox sleep 5 && busybox kill -KILL $pid
  done
  busybox sleep 0.2
done`;

/** Runs a cell on a 20.10.24 whose stopped containerd is replaced, and which says that it is of another version. */
async function replaces(directory: string, version: string) {
  const [kind] = machineKinds;
  if (!kind) throw new Error('there is no kind of machine');
  const build = { ...(await fetchDockerBuild('20.10.24', quietly())), version };
  const scenario: Scenario = {
    ...collectorStall,
    async run(context) {
      await context.machine.start(['busybox', 'sh', '-c', watchdog], { log: context.logFile('watchdog.log') });
      return collectorStall.run(context);
    },
  };
  const run = await createRunDirectory(directory, collectorStall.name, new Date());
  const cell = { daemon: build.name, collector: 'stalled', client: 'agent-1.20' };
  return runCell({
    scenario,
    cell,
    sizes: { calls: 800, containers: 1 },
    build,
    kind,
    host: await kind.describe(),
    directory: await run.beginCell(cell, 1),
    doing: () => {},
    hold: () => Promise.resolve(),
    signal: new AbortController().signal,
  });
}

test('a dockerd that replaces its stopped containerd answers every call: as expected of 1.13 to 17.09', async (t) => {
  t.timeout(9 * 60_000);
  const verdict = await replaces(scratch(t), '1.13.1');
  t.is(verdict?.outcome, 'as-expected', JSON.stringify(verdict, undefined, 2));
  t.regex(
    summaryWords(verdict?.judgement?.observed),
    /^containerd replaced · ([\d,]+) of \1 calls answered or given up$/,
  );
  t.is(verdict?.judgement?.bug, 'absent');
});
