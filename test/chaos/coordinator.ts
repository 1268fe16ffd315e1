import { openFleet } from '../../harness/fleet/coordinator/dispatcher.ts';
import { connectFleet } from '../../harness/fleet/connect.ts';
import type { RunPlan } from '../../harness/run/run-plan.ts';
import { runScenario } from '../../harness/run/run-scenario.ts';
import { cellHash } from '../../harness/core/cell.ts';
import { listRuns } from '../../harness/store/list-runs.ts';
import { readRun } from '../../harness/store/read-run.ts';
import { createRunDirectory } from '../../harness/store/run-directory.ts';
import { fakeHost } from '../support/fake-machine.ts';
import { testLab } from '../support/fleet.ts';
import { moody, moodyKind } from '../support/fleet-fakes.ts';
import { chaosCells } from './cells.ts';
import { home } from '../support/fleet-network.ts';
import { chaosTimes } from './times.ts';

/**
 * A coordinator as a program: `NODE coordinator.ts URL RESULTS CELLS SEED`. As a night that is resumed, it runs what has no verdict in
 * any run that is there.
 */
const [, , url = '', results = '', count = '', seed = ''] = process.argv;
const done = new Set<string>();
for (const run of await listRuns(results)) {
  const { cells } = await readRun(`${results}/${run}`);
  for (const { plan, verdict } of cells) if (verdict) done.add(plan.hash);
}
const cells = chaosCells(Number(count), Number(seed)).filter((cell) => !done.has(cellHash(cell)));
const redis = await connectFleet(url);
{
  await using dispatcher = await openEventually();
  const plan: RunPlan = {
    scenario: moody,
    cells,
    controls: [],
    builds: new Map(),
    kernels: new Map(),
    companion: (name) => Promise.reject(new Error(`${name} is not needed`)),
    kind: moodyKind(),
    host: fakeHost,
    directory: await createRunDirectory(results, 'moody', new Date()),
    jobs: 1,
    repeat: 1,
    notes: [],
    commandLine: [],
    observer: {
      cellDoes: () => {},
      cellEnded: (name, { outcome, host = '' }) => process.stdout.write(`${name} ${outcome} ${host}\n`),
    },
    hold: () => Promise.resolve(),
    signal: new AbortController().signal,
  };
  await runScenario(plan, dispatcher);
}
redis.disconnect();
process.exit(0);

/** Workers may all be away when a coordinator begins. */
async function openEventually() {
  for (;;) {
    try {
      return await openFleet({
        redis,
        lab: testLab,
        times: chaosTimes,
        results: { host: home, port: 0 },
        say: (line) => process.stdout.write(`${line}\n`),
        onCancel: () => {},
      });
    } catch (error) {
      process.stdout.write(`${String(error)}\n`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
