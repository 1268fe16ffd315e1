import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { redisIn } from '../../fleet/local/redis.ts';
import { startCoordinator, startWorkers, type WorkersSeen } from './processes.ts';
import type { CoordinatorFigures } from './coordinator-task.ts';
import { cellsPerHost } from './synthetic.ts';

/** A round of a benchmark: the fleet, and what ran on it. */
interface Round {
  /** Simulated workers; 0 for cells in the coordinator's own process. */
  workers: number;
  cells: number;
  coordinator: CoordinatorFigures;
  /** Of all workers together. */
  seen: WorkersSeen;
  redis?: { peakBytes: number; bytesAtEnd: number };
}

/** The cost of a fleet, and what more hosts bring. */
export interface FleetFigures {
  /** Cells that do nothing: what is left is the cost of the fleet. */
  overhead: { fleet: Round; inProcess: Round };
  /** Cells that wait, as those of dockerd do. */
  waiting: { wait: number; inProcess: Round; fleets: Round[] };
}

/** Cells that wait: milliseconds of each, and cells for each worker, which keep it busy for ten rounds of its places. */
const [wait, rounds] = [2000, 10];

/** Cells in one process, which has all of them in memory at once. */
const mostInProcess = 10_000;

/** Fleets whose throughput is compared. */
const fleets = [1, 2, 8];

/** Measures both. @param cells that do nothing, for as many workers */
export async function measureFleet(cells: number, workers: number, say: (line: string) => void): Promise<FleetFigures> {
  say(`${cells.toLocaleString('en')} cells that do nothing, on ${workers} simulated workers`);
  const fleet = await measureRound({ workers, cells, wait: 0 });
  const fewer = Math.min(cells, mostInProcess);
  say(`${fewer.toLocaleString('en')} of them in one process`);
  const alone = await measureRound({ workers: 0, cells: fewer, wait: 0 });
  say(`cells that wait ${wait / 1000} s, in one process`);
  const many = rounds * cellsPerHost;
  const inProcess = await measureRound({ workers: 0, cells: many, wait });
  const waiting: Round[] = [];
  for (const hosts of fleets) {
    say(`the same on ${hosts} workers`);
    waiting.push(await measureRound({ workers: hosts, cells: many * hosts, wait }));
  }
  return { overhead: { fleet, inProcess: alone }, waiting: { wait, inProcess, fleets: waiting } };
}

async function measureRound(plan: { workers: number; cells: number; wait: number }): Promise<Round> {
  const { workers, cells, wait: each } = plan;
  const directory = await mkdtemp(path.join(os.tmpdir(), 'lab-bench-'));
  try {
    await using opened = new AsyncDisposableStack();
    const task = { cells, wait: each, results: path.join(directory, 'results') };
    if (workers === 0) {
      await using coordinator = startCoordinator(task);
      return { workers, cells, coordinator: await coordinator.run(), seen: { begun: cells, mostLate: 0 } };
    }
    const server = opened.adopt(await redisIn(directory), (one) => one.end());
    const redis = opened.adopt(new Redis(server.url), (one) => one.disconnect());
    const hosts = opened.use(await startWorkers(redis, server.url, workers));
    await using coordinator = startCoordinator({ ...task, url: server.url });
    const figures = await coordinator.run();
    const memory = await redis.info('memory');
    const bytes = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(memory)?.[1]);
    return {
      workers,
      cells,
      coordinator: figures,
      seen: await hosts.stop(),
      redis: { peakBytes: bytes('used_memory_peak'), bytesAtEnd: bytes('used_memory') },
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
