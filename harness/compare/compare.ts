import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DockerBuild } from '../../vms/build.ts';
import { isBefore } from '../core/version.ts';
import { differencesOf } from './differences.ts';
import { judgeDifferences, type JudgedDifference, type RealKind } from './known.ts';
import { play, type Observation } from './play.ts';
import type { Recording } from './recording.ts';
import { script } from './script.ts';
import { openSide } from './side.ts';
import type { Step } from './step.ts';

/** Seconds for all of it: 30 s were measured for each side, with both on two cores. */
const timeLimit = 300;

/** The result of playing one script on two daemons. */
export interface Comparison {
  /** The number of requests to each. */
  requests: number;
  differences: JudgedDifference[];
}

/** The observer, and the signal to interrupt. */
export interface Watching {
  doing: (side: string, what: string) => void;
  signal: AbortSignal;
}

/** Plays the script on a daemon and on the replica, each in a cell of its own, side by side. */
export async function compareDaemons(real: DockerBuild, replica: DockerBuild, watching: Watching): Promise<Comparison> {
  return inScratch(watching, async (observe) => {
    const [one, other] = await Promise.all([observe('real', real, script), observe('replica', replica, script)]);
    return comparisonOf(one, other, kindOf(real));
  });
}

/** Plays what was recorded of a real daemon on the replica. */
export async function compareRecording(
  { script: recorded, observations, image }: Recording,
  replica: DockerBuild,
  watching: Watching,
): Promise<Comparison> {
  return inScratch(watching, async (observe) => {
    const other = await observe('replica', replica, recorded, image);
    return comparisonOf(observations, other, 'recorded');
  });
}

type Observe = (side: string, build: DockerBuild, steps: readonly Step[], image?: string) => Promise<Observation[]>;

/** Gives the daemons a directory for their logs. When one side fails the other one is ended, too. */
async function inScratch(watching: Watching, work: (observe: Observe) => Promise<Comparison>): Promise<Comparison> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'dockerd-leak-lab-compare-'));
  const failed = new AbortController();
  const signal = AbortSignal.any([watching.signal, failed.signal, AbortSignal.timeout(timeLimit * 1000)]);
  const running: Promise<unknown>[] = [];
  const observe: Observe = (side, build, steps, image) => {
    const observing = observeSide(build, path.join(directory, `${side}.log`), image, (opened) =>
      play(steps, opened, (what) => watching.doing(side, what), signal),
    );
    observing.catch((error: unknown) => failed.abort(error));
    running.push(observing);
    return observing;
  };
  try {
    return await work(observe);
  } finally {
    await Promise.allSettled(running);
    await rm(directory, { recursive: true, force: true });
  }
}

async function observeSide(
  build: DockerBuild,
  log: string,
  image: string | undefined,
  work: (side: Awaited<ReturnType<typeof openSide>>) => Promise<Observation[]>,
): Promise<Observation[]> {
  await using side = await openSide(build, log, image);
  return await work(side);
}

function comparisonOf(real: readonly Observation[], replica: readonly Observation[], kind: RealKind): Comparison {
  return {
    requests: real.filter(({ step }) => 'path' in step).length,
    differences: judgeDifferences(differencesOf(real, replica), kind),
  };
}

function kindOf({ origin, version }: DockerBuild): RealKind {
  if (origin.kind === 'replica') return 'replica';
  return isBefore(version, '1.14') ? '1.13' : 'later';
}
