import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CpuUse } from '../evidence/cpu-use.ts';
import type { CrossCheck } from '../evidence/cross-checks.ts';
import type { Notes } from '../evidence/daemon-notes.ts';
import type { Series } from '../evidence/series.ts';
import { cpuDuring, sumOfUses } from '../probes/cpu.ts';
import { probeInfo } from '../probes/cross-check.ts';
import { rateLog, readGrowth } from '../probes/log-rates.ts';
import type { Target } from '../probes/probe.ts';
import { takeProfile } from '../profile/profile.ts';
import { storeProfiles } from '../profile/store.ts';
import { buildOf, type CellContext } from './cell-context.ts';
import { readIdle } from './doses.ts';
import type { Recorder } from './recorder.ts';

/** Takes notes in the course of a cell. */
export interface NoteTaker {
  /** Applies work, and notes what it costs the daemon. */
  work(apply: () => Promise<void>): Promise<void>;
  /** Notes what the daemon says of itself, beside the last reading; see probeInfo for when it cannot be asked. */
  check(series: readonly Series[]): Promise<void>;
  /** Notes what the work has left; after the last reading, as it is not free of charge. */
  finish(): Promise<Notes>;
}

/** Milliseconds for which the idle daemon is watched: its CPU time has steps of 10 ms. */
const watch = 1000;

/**
 * Reads an idle daemon with a recorder of its own, once for each dose of the schedule, and begins to take notes.
 *
 * @param log the daemon's log in the cell's directory
 * @param recorder has the idle series then
 */
export async function openNotes(
  context: Pick<CellContext, 'build' | 'event' | 'logFile'>,
  target: Target,
  log: string,
  recorder: Recorder,
  doses: readonly number[],
): Promise<NoteTaker> {
  const { logFile } = context;
  const build = buildOf(context);
  const idle = await cpuDuring(target, () => sleep(watch));
  const readings = await cpuDuring(target, () => readIdle(context, recorder, doses));
  const info: CrossCheck[] = [await probeInfo(target, recorder.series())];
  // The replica has no Go runtime, and reports none.
  const before = build.origin.kind === 'replica' ? undefined : await takeProfile(target);
  const uses: CpuUse[] = [];
  const { size } = await stat(logFile(log));
  return {
    work: async (apply) => void uses.push(await cpuDuring(target, apply)),
    check: async (series) => void info.push(await probeInfo(target, series)),
    async finish() {
      const rates = rateLog(await readGrowth(logFile(log), size));
      const profiles =
        before && (await storeProfiles(logFile, `dockerd ${build.version}`, before, await takeProfile(target)));
      return {
        ...(profiles && { profiles }),
        cpu: { idle, readings, work: sumOfUses(uses) },
        log: rates,
        info,
        costs: recorder.costs(),
      };
    },
  };
}
