import test from 'ava';
import { machineKinds } from '../harness/machines/registry.ts';
import { runCell } from '../harness/run/run-cell.ts';
import { createRunDirectory } from '../harness/store/run-directory.ts';
import { collectorStall } from '../scenarios/collector-stall/scenario.ts';
import { quietly } from '../harness/fetch/cache.ts';
import { fetchDockerBuild } from '../harness/fetch/docker-build.ts';
import { scratch } from './support/scratch.ts';

test('a daemon that leaks beyond its memory budget is a finding, and no crash', async (t) => {
  const [kind] = machineKinds;
  if (!kind) throw new Error('there is no kind of machine');
  const build = await fetchDockerBuild('20.10.24', quietly());
  const run = await createRunDirectory(scratch(t), collectorStall.name, new Date());
  const cell = { daemon: build.name, collector: 'stalled', client: 'agent-1.20' };
  const verdict = await runCell({
    // 4,000 calls come to 270 MB in the daemon alone.
    scenario: { ...collectorStall, budget: { ...collectorStall.budget, memoryBytes: 220 << 20 } },
    cell,
    build,
    kind,
    host: await kind.describe(),
    directory: await run.beginCell(cell, 1),
    doing: () => {},
    hold: () => Promise.resolve(),
    signal: new AbortController().signal,
  });
  t.is(verdict?.outcome, 'inconclusive', JSON.stringify(verdict, undefined, 2));
  // Whether the counter of kills or a probe of the killed daemon is heard of first is not ours to say.
  t.regex(
    verdict?.failure ?? '',
    /^running the cell: budget-exhausted: memory; the kernel killed \d+ of its processes(?:, then: [^]*)?\n {2}expected: it stays within its memory budget of 220 MiB\n {2}what you can do: let the cell do less with --size/,
  );
});
