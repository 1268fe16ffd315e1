import type { Dockerd } from '../daemons/dockerd.ts';
import type { Metric } from '../evidence/series.ts';
import type { Machine } from '../machine/contract.ts';
import type { Source } from './pprof.ts';

/** A daemon that is looked into. */
export interface Target extends Pick<Source, 'event'> {
  machine: Machine;
  daemon: Dockerd;
}

/** Reads some metrics of a target at once. One that could not be read is an error and never a zero. */
export interface Probe<T = Target> {
  name: string;
  metrics: readonly Metric[];
  read: (target: T) => Promise<Record<string, number>>;
}

/** A program's output, or an error that says what was being read. */
export async function readOutput(
  { machine }: Pick<Target, 'machine'>,
  what: string,
  command: readonly string[],
): Promise<string> {
  const ran = await machine.run(command);
  if (ran.exitCode === 0) return ran.stdout;
  throw new Error(`reading ${what}: $ ${ran.command}: exit code ${ran.exitCode} ${ran.stderr}`.trim());
}

/** The number that a pattern's first group finds, or an error that names it. */
export function numberIn(text: string, what: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`reading ${what}: nothing like ${pattern} in "${text.slice(0, 200)}"`);
  return Number(found);
}
