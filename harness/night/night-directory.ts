import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { provenance } from '../run/provenance.ts';
import { writeJson } from '../store/files.ts';
import { nightsDirectory } from '../store/list-runs.ts';
import { makeDirectory } from '../store/make-directory.ts';
import { pointLatest, startName } from '../store/run-directory.ts';
import { isStored } from '../store/stored-file.ts';
import { asking } from '../core/system-error.ts';
import { readNights, type NightRecord, type Profile, type StoredNight } from '../store/night-record.ts';

/** The settings that a resumed night shares with the interrupted one. */
export interface NightSettings {
  profile: Profile;
  shard?: { index: number; of: number };
  only: readonly string[];
  not: readonly string[];
  /** Where runs and nights are kept. */
  out: string;
}

/** The last night of these settings, to go on with, if it was interrupted. */
export async function lastInterrupted({
  out,
  profile,
  shard,
  only,
  not,
}: NightSettings): Promise<StoredNight | undefined> {
  const same = (night: NightRecord) =>
    JSON.stringify([night.profile, night.shard, night.only, night.not]) === JSON.stringify([profile, shard, only, not]);
  const last = (await readNights(out)).nights.findLast(({ night }) => same(night));
  if (!last || last.night.state === 'finished') return undefined;
  const { night } = last;
  const isKept = (run: string | undefined) => run === undefined || isStored(out, `${run}/run.json`);
  // What was tried and is gone is tried again.
  night.done = night.done.filter(({ run }) => isKept(run));
  night.runs = night.runs.filter(isKept);
  night.state = 'running';
  return last;
}

/** Makes the directory of a new night. @throws {LabError} when the system refuses */
export async function beginNight({ out, profile, shard, only, not }: NightSettings): Promise<StoredNight> {
  const start = new Date();
  const name = startName(start);
  const parent = path.join(out, nightsDirectory);
  const directory = path.join(parent, shard ? `${name},shard=${shard.index}-of-${shard.of}` : name);
  await makeDirectory(directory);
  await pointLatest(directory);
  const night: NightRecord = {
    schema: 2,
    profile,
    ...(shard && { shard }),
    state: 'running',
    startedAt: start.toISOString(),
    host: os.hostname(),
    lab: await provenance(),
    only: [...only],
    not: [...not],
    done: [],
    leftOut: [],
    runs: [],
    invalidBecause: [],
  };
  await writeJson(path.join(directory, 'night.json'), night);
  return { directory, night };
}

/** Removes a night of which nothing was tried, and makes `latest` point at the one before. */
export async function forget(directory: string): Promise<void> {
  const results = path.resolve(directory, '../..');
  const latest = path.join(path.dirname(directory), 'latest');
  await asking(`removing ${directory}`, async () => {
    for (const gone of [directory, latest]) await rm(gone, { recursive: true, force: true });
  });
  const before = (await readNights(results)).nights.at(-1);
  if (before) await pointLatest(before.directory);
}
