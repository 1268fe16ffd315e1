import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { connectFleet } from '../../fleet/connect.ts';
import { usualTimes } from '../../fleet/times.ts';
import { work } from '../../fleet/worker/worker.ts';
import { benchLab, benchMachine, cellsPerHost, simulated, synthetic, syntheticKind } from './synthetic.ts';

/** Cells between two canaries, as a worker has it. */
const canaryEvery = 100;

/** The program of a process with simulated workers: `NODE worker-child.ts URL NAME…`. It ends with its parent. */
const [, , url = '', ...names] = process.argv;
const stopping = new AbortController();
process.on('disconnect', () => stopping.abort());
process.on('message', () => stopping.abort());
/** A worker takes one cell after the other, and makes their directories side by side. */
const seen = { begun: 0, mostLate: 0 };
/** Cells of a worker that are looked back at. */
const lookBack = 20;
const scratch = await mkdtemp(path.join(os.tmpdir(), 'lab-bench-'));
try {
  await Promise.all(names.map((name) => workAs(name)));
  await new Promise((resolve) => process.send?.(seen, resolve));
} finally {
  await rm(scratch, { recursive: true, force: true });
  if (process.connected) process.disconnect();
}

async function workAs(name: string): Promise<void> {
  const redis = await connectFleet(url);
  let recent: number[] = [];
  const begun = (number: number) => {
    seen.begun++;
    seen.mostLate = Math.max(seen.mostLate, recent.filter((other) => other > number).length);
    recent = [...recent, number].slice(-lookBack);
  };
  try {
    await work({
      redis,
      name,
      lab: benchLab,
      abilities: {
        cpus: benchMachine.cpus,
        memoryBytes: benchMachine.memoryBytes,
        machines: [{ kind: benchMachine.kind, missing: [], description: benchMachine }],
        cached: { daemons: [], kernels: [] },
      },
      cached: () => Promise.resolve({ daemons: [], kernels: [] }),
      registries: { scenarios: [synthetic], kinds: [syntheticKind] },
      runTry: simulated(name, begun),
      canary: {
        every: canaryEvery,
        sing: () => Promise.resolve({ at: new Date().toISOString(), good: true, checks: [] }),
      },
      hasRoom: () => Promise.resolve(true),
      sweep: () => Promise.resolve(),
      scratch: path.join(scratch, name),
      most: cellsPerHost,
      times: usualTimes,
      say: () => {},
      signal: stopping.signal,
    });
  } finally {
    redis.disconnect();
  }
}
