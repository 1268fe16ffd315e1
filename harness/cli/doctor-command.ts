import { limitWords } from '../core/limits.ts';
import { statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { cacheDirectory } from '../fetch/cache.ts';
import { fetchingRequirements } from '../fetch/requirements.ts';
import { machineKinds } from '../machines/registry.ts';
import { paintFor } from '../report/style.ts';
import type { Requirement } from '../core/requirement.ts';
import { exitCodes } from '../run/exit-code.ts';
import { describeConfig, findConfig } from './config.ts';

/** `lab doctor` */
export function addDoctorCommand(lab: Command, setExitCode: (code: number) => void): void {
  lab
    .command('doctor')
    .description('check this machine and say what can run here, and why not')
    .action(async () => setExitCode(await examine()));
}

async function examine(): Promise<number> {
  const paint = paintFor(process.stdout);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const show = (requirements: Requirement[]) => {
    for (const { what, met, found, fix } of requirements) {
      say(`  ${met ? paint('green', '✔') : paint('red', '✘')} ${what}: ${found}${met ? '' : `\n      ${fix}`}`);
    }
    return requirements.every(({ met }) => met);
  };
  say(
    `Node ${process.versions.node}, ${os.release()}, ${os.availableParallelism()} CPUs, ${gibibytes(os.freemem())} free memory`,
  );
  say(`\n${paint('bold', 'Config file')}`);
  for (const line of describeConfig(findConfig())) say(`  ${line}`);
  let ready = false;
  for (const kind of machineKinds) {
    say(`\n${paint('bold', `Machine ${kind.name}`)}: ${kind.summary}`);
    const usable = show(await kind.requirements());
    ready ||= usable;
    if (!usable) continue;
    for (const limit of (await kind.describe()).limits) say(`  ${paint('yellow', '!')} ${limitWords(limit)}`);
    say(`  ${kind.jobs(1 << 30)} cells of 1 GiB side by side`);
  }
  say(`\n${paint('bold', 'Fetching docker builds')}`);
  show([...(await fetchingRequirements()), await space()]);
  return ready ? exitCodes.asExpected : exitCodes.couldNotRun;
}

/** Bytes that a cold cache with the default builds takes: two userlands and what they are made of, measured. */
const coldCache = 2 * (1 << 30);

async function space(): Promise<Requirement> {
  const cache = cacheDirectory();
  const { bavail, bsize } = await statfs(await existingParent(cache));
  return {
    what: 'space for the cache',
    met: bavail * bsize > coldCache,
    found: `${gibibytes(bavail * bsize)} free at ${cache}`,
    fix: 'set DOCKERD_LEAK_LAB_CACHE to a directory with 2 GiB',
  };
}

async function existingParent(directory: string): Promise<string> {
  return statfs(directory).then(
    () => directory,
    () => existingParent(path.dirname(directory)),
  );
}

function gibibytes(bytes: number): string {
  return `${(bytes / (1 << 30)).toFixed(1)} GiB`;
}
