import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Fetching } from '../../vms/build.ts';
import { fetchDockerBuild } from '../fetch/docker-build.ts';
import { startDockerd } from '../daemons/dockerd.ts';
import { Workshop } from '../machines/container/workshop.ts';
import { daemonBudget } from '../machine/contract.ts';

/** Seconds of one cell's steps. */
interface CellCost {
  container: number;
  dockerd: number;
  end: number;
}

/** Seconds of what a run on containers does once, and of each cell. */
export interface ContainerFigures {
  /** The engine, if it is the lab's own, and the probe of its privileges. */
  engine: number;
  /** The image and the first cell's container. */
  image: number;
  cells: CellCost[];
}

/** Makes cells one after another, each until its dockerd answers, from an image that the engine has. */
export async function measureContainers(daemon: string, rounds: number, fetching: Fetching): Promise<ContainerFigures> {
  const build = await fetchDockerBuild(daemon, fetching);
  const directory = await mkdtemp(path.join(os.tmpdir(), 'lab-bench-'));
  const spec = { boot: { parameters: [] }, budget: daemonBudget, directory, event: () => {} };
  const lap = stopwatch();
  try {
    await using workshop = await Workshop.open(fetching);
    const engine = lap();
    await (await workshop.makeMachine(build, spec))[Symbol.asyncDispose]();
    const image = lap();
    const cells: CellCost[] = [];
    for (let round = 0; round < rounds; round++) {
      const machine = await workshop.makeMachine(build, spec);
      const container = lap();
      const log = path.join(directory, 'dockerd.log');
      await startDockerd(machine, build, { systemd: '219', mountFlags: 'slave', liveRestore: true, log });
      const dockerd = lap();
      await machine[Symbol.asyncDispose]();
      cells.push({ container, dockerd, end: lap() });
    }
    return { engine, image, cells };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The medians, a line each. */
export function describeContainers({ engine, image, cells }: ContainerFigures): string {
  const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
  const show = (numbers: number[]) => `${median(numbers).toFixed(2)} s`;
  return [
    `engine and probe: ${engine.toFixed(2)} s; image, once a build: ${image.toFixed(2)} s; then medians of ${cells.length}:`,
    `  start to daemon ready: ${show(cells.map(({ container, dockerd }) => container + dockerd))}`,
    `  of it the container: ${show(cells.map(({ container }) => container))}`,
    `  its end: ${show(cells.map(({ end }) => end))}`,
  ].join('\n');
}

/** Seconds since it was asked last. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    return seconds;
  };
}
