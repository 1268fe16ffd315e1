import { mkdir, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { leakControls } from '../../../scenarios/controls/controls.ts';
import { statsLeak } from '../../../scenarios/stats-leak/scenario.ts';
import { messageOf } from '../../core/errors.ts';
import { readJson } from '../../store/files.ts';
import { verdictRecord } from '../../store/schema.ts';
import { usualKernel } from '../../../vms/kernels.ts';
import type { CanaryRecord, HostRecord, TryRecord } from '../records.ts';
import type { RunTry } from './run-child.ts';

/** The docker of the canary: known to leak exactly so (FACTS: 1.000 fds and 4.000 goroutines a call), and in every Debian mirror. */
const daemon = '20.10.24';

/** What a host needs before its results count: clocks of two hosts are compared in a night, and a cell takes 1 GiB of either. */
const [mostSkew, leastDisk, leastMemory] = [5000, 2 * 2 ** 30, 2 ** 30];

/** Milliseconds of a canary; the two cells take 40 s on two cores. */
const patience = 15 * 60_000;

type Check = CanaryRecord['checks'][number];

/** The means of a canary. */
interface CanaryMeans {
  redis: Redis;
  host: Pick<HostRecord, 'machines'>;
  /** For what its cells write; removed by the caller. */
  scratch: string;
  runTry: RunTry;
  signal: AbortSignal;
}

/**
 * Checks that this host tells a leak from a clean run: one leak is planted, and one clean run is made. Its clock, disk and memory are
 * checked, too.
 */
export async function singCanary({ redis, host, scratch, runTry, signal }: CanaryMeans): Promise<CanaryRecord> {
  await mkdir(scratch, { recursive: true });
  const checks: Check[] = [await clock(redis), await disk(scratch), memory()];
  const kind = ['local', 'container', 'microvm'].find(
    (name) => host.machines.find((machine) => machine.kind === name)?.description !== undefined,
  );
  if (kind === undefined) checks.push({ check: 'a machine', good: false, found: 'no kind of machine can run here' });
  else {
    const controls = leakControls([daemon], statsLeak);
    const within = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
    const tried = controls.map(async ({ scenario, cell }, i): Promise<Check> => {
      const order: TryRecord = {
        schema: 1,
        session: 'canary',
        scenario: scenario.name,
        cell: { ...cell, ...(kind === 'microvm' && { kernel: usualKernel }) },
        number: 1,
        machine: kind,
        daemon,
        ...(kind === 'microvm' && { kernel: usualKernel }),
      };
      const check = cell['control'] ?? scenario.name;
      try {
        const { directory } = await runTry(order, {
          directory: path.join(scratch, `${i}`),
          signal: within,
          doing: () => {},
        });
        const { outcome, failure } = await readJson(path.join(directory, 'verdict.json'), verdictRecord);
        return { check, good: outcome === 'as-expected', found: failure ?? outcome };
      } catch (error) {
        signal.throwIfAborted();
        return { check, good: false, found: messageOf(error) };
      }
    });
    checks.push(...(await Promise.all(tried)));
  }
  return { at: new Date().toISOString(), good: checks.every(({ good }) => good), checks };
}

async function clock(redis: Redis): Promise<Check> {
  const before = Date.now();
  const [seconds, microseconds] = await redis.time();
  const middle = (before + Date.now()) / 2;
  const skew = Math.round(Number(seconds) * 1000 + Number(microseconds) / 1000 - middle);
  return { check: 'clock', good: Math.abs(skew) <= mostSkew, found: `${Math.abs(skew)} ms from that of Redis` };
}

async function disk(directory: string): Promise<Check> {
  const { bavail, bsize } = await statfs(directory);
  return { check: 'disk', good: bavail * bsize >= leastDisk, found: `${gibibytes(bavail * bsize)} free` };
}

function memory(): Check {
  return { check: 'memory', good: os.freemem() >= leastMemory, found: `${gibibytes(os.freemem())} free` };
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
