import { readFileSync } from 'node:fs';
import { connectFleet } from '../../fleet/connect.ts';
import { openFleet } from '../../fleet/coordinator/dispatcher.ts';
import { usualTimes } from '../../fleet/times.ts';
import type { Dispatcher } from '../../run/dispatcher.ts';
import { inProcess } from '../../run/in-process.ts';
import type { RunPlan } from '../../run/run-plan.ts';
import { runScenario } from '../../run/run-scenario.ts';
import { createRunDirectory } from '../../store/run-directory.ts';
import { coordinatorTask, type CoordinatorFigures } from './coordinator-task.ts';
import { benchLab, cellsPerHost, synthetic, syntheticCells, syntheticKind } from './synthetic.ts';

/** The program of a coordinator that is measured: `NODE coordinator-child.ts TASK`. It ends with its parent. */
const task = coordinatorTask.parse(JSON.parse(process.argv[2] ?? ''));
const stopping = new AbortController();
const end = () => stopping.abort(new Error('the benchmark ended'));
process.on('disconnect', end);
await new Promise<unknown>((resolve) => process.once('message', resolve));
const figures = await measure();
await new Promise((resolve) => process.send?.(figures, resolve));
process.removeListener('disconnect', end);
process.exit();

async function measure(): Promise<CoordinatorFigures> {
  await using opened = new AsyncDisposableStack();
  const dispatcher = opened.use(task.url === undefined ? inProcess() : await openOn(task.url, opened));
  const memory: CoordinatorFigures['memory'] = [];
  let ended = 0;
  const every = Math.max(1, Math.floor(task.cells / 10));
  const plan: RunPlan = {
    scenario: synthetic,
    cells: syntheticCells(task.cells, task.wait),
    controls: [],
    builds: new Map(),
    kernels: new Map(),
    companion: (name) => Promise.reject(new Error(`${name} is not needed`)),
    kind: syntheticKind,
    host: await syntheticKind.describe(),
    directory: await createRunDirectory(task.results, synthetic.name, new Date()),
    jobs: cellsPerHost,
    repeat: 1,
    notes: [],
    commandLine: [],
    observer: {
      cellDoes: () => {},
      cellEnded: () => {
        ended++;
        if (ended % every === 0) memory.push({ ended, residentBytes: residentBytes() });
      },
    },
    hold: () => Promise.resolve(),
    signal: stopping.signal,
  };
  const [begin, cpuBegin] = [performance.now(), process.cpuUsage()];
  await runScenario(plan, dispatcher);
  const { user, system } = process.cpuUsage(cpuBegin);
  return {
    ended,
    seconds: (performance.now() - begin) / 1000,
    cpuSeconds: (user + system) / 1e6,
    memory,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}

async function openOn(url: string, opened: AsyncDisposableStack): Promise<Dispatcher> {
  const redis = opened.adopt(await connectFleet(url), (connection) => connection.disconnect());
  return openFleet({
    redis,
    lab: benchLab,
    times: usualTimes,
    results: { host: '127.0.0.1', port: 0 },
    say: () => {},
    onCancel: () => stopping.abort(new Error('cancelled')),
  });
}

function residentBytes(): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
}
