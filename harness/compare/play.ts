import { setTimeout as sleep } from 'node:timers/promises';
import { LabError, lastLines, messageOf } from '../core/errors.ts';
import { send, type Exchange, type Pending } from './exchange.ts';
import { parseMessage } from './http-message.ts';
import type { Side } from './side.ts';
import { describeStep, type Ask, type Settle, type Step } from './step.ts';

/** Seconds after which a request whose step counts no ticks is not waited for any longer; generous. */
const answerLimit = 30;

/** The result of one step. */
export interface Observation {
  step: Step;
  /** The request that was answered; that of an earlier step, where a step takes its answer. */
  asked?: Ask;
  /** Absent for a step without an answer. */
  exchange?: Exchange;
  /** Lines of the daemon's log that came with it; undefined where they were not kept. */
  log?: string[] | undefined;
}

/**
 * Plays a script on one daemon, a step after the other.
 *
 * @throws {LabError} when the daemon breaks a connection: then there is nothing more to compare.
 */
export async function play(
  script: readonly Step[],
  side: Side,
  doing: (what: string) => void,
  signal: AbortSignal,
): Promise<Observation[]> {
  const ids = new Map<string, string>();
  const open = new Map<string, Pending>();
  const observations: Observation[] = [];
  try {
    for (const step of script) {
      signal.throwIfAborted();
      doing(describeStep(step));
      const asked = askedBy(step, script);
      const exchange = await perform(step, side, ids, open, signal).catch(async (error: unknown) => {
        signal.throwIfAborted();
        throw error instanceof LabError ? error : await brokenOff(step, side, error);
      });
      // When a request that stays open arrives is chance: its lines are the next step's.
      const log = 'keepOpen' in step ? undefined : await side.takeLog();
      observations.push({ step, ...(asked && { asked }), ...(exchange && { exchange }), log });
      if (exchange && 'path' in step) remember(step, exchange, ids);
      if ('start' in step && observations.length === 1) {
        await side.importImage();
        await side.takeLog();
      }
    }
  } finally {
    for (const pending of open.values()) pending.end();
  }
  return observations;
}

async function brokenOff(step: Step, side: Side, error: unknown): Promise<LabError> {
  const failure = {
    doing: `playing "${describeStep(step)}" on dockerd ${side.build.name}`,
    expected: 'an answer, or none for as long as it is waited for',
    happened: messageOf(error),
    evidence: lastLines((await side.takeLog()).join('\n'), 12),
  };
  return new LabError(failure, { cause: error });
}

function askedBy(step: Step, script: readonly Step[]): Ask | undefined {
  if ('path' in step) return step;
  const settled = 'settles' in step ? script.find(({ name }) => name === step.settles) : undefined;
  return settled && 'path' in settled ? settled : undefined;
}

async function perform(
  step: Step,
  side: Side,
  ids: ReadonlyMap<string, string>,
  open: Map<string, Pending>,
  signal: AbortSignal,
): Promise<Exchange | undefined> {
  if ('start' in step) {
    await side.start(step);
    return undefined;
  }
  const limit = await limitOf(step, side, signal);
  const pending = 'settles' in step ? open.get(step.settles) : send(() => side.connect(), withIds(step, ids));
  if (!pending) throw new Error(`the script settles what it has not opened: ${describeStep(step)}`);
  open.set('settles' in step ? step.settles : step.name, pending);
  if ('keepOpen' in step) return undefined;
  await Promise.race([pending.answered, limit()]);
  return pending.end();
}

/** The event that a step waits for when no answer comes. */
async function limitOf({ ticks }: Ask | Settle, side: Side, signal: AbortSignal): Promise<() => Promise<unknown>> {
  if (ticks === undefined) return () => sleep(answerLimit * 1000, undefined, { signal, ref: false });
  const counter = await side.ticks();
  return () => counter.reached(counter.ticks + ticks);
}

function withIds(ask: Ask, ids: ReadonlyMap<string, string>): Ask {
  return { ...ask, path: ask.path.replaceAll(/\{([\w-]+)\}/g, (whole, name: string) => ids.get(name) ?? whole) };
}

/** Containers that were created under a name, for the steps that ask for them by their id. */
function remember({ method, path }: Ask, { response }: Exchange, ids: Map<string, string>): void {
  const name = /\/containers\/create\?name=([\w-]+)$/.exec(path)?.[1];
  const id = /"Id":"([0-9a-f]{64})"/.exec(parseMessage(response)?.body ?? '')?.[1];
  if (method === 'POST' && name !== undefined && id !== undefined) ids.set(name, id);
}
