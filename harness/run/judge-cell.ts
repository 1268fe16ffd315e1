import { LabError } from '../core/errors.ts';
import type { Cell } from '../core/cell.ts';
import type { Scenario } from './scenario.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { Outcome } from '../core/outcome.ts';
import { readJsonBeneath } from '../store/files.ts';

/** A cell whose observations are stored. */
export interface ObservedCell {
  scenario: Scenario;
  cell: Cell;
  /** The directory of the run, below which no link is followed. */
  run: string;
  /** The directory of the cell, relative to that of the run. */
  directory: string;
  /** Of the docker build, else of the kernel. */
  version: string;
  /** Of the docker build. */
  commit: string | undefined;
}

/** A judgement, and the outcome that follows from it. */
export interface Judged {
  outcome: Outcome;
  judgement: Judgement;
}

/** The file of a cell's directory that a judge reads, and the only one. */
const observationsFile = 'observations.json';

/**
 * Judges a cell by its stored observations alone: the same call at the end of a cell and for every later judgement of it.
 *
 * @returns undefined when the cell has no observations
 * @throws {LabError} when they do not have the shape that the scenario reads; and what the judge throws
 */
export async function judgeCell(observed: ObservedCell): Promise<Judged | undefined> {
  const { scenario, cell, run, directory, version, commit } = observed;
  const seen = await readJsonBeneath(run, `${directory}/${observationsFile}`, scenario.observations.reader);
  if (seen === undefined) return undefined;
  const judgement = scenario.judge(cell, version, seen, commit);
  return { outcome: outcomeOf(judgement), judgement };
}

/** As {@link judgeCell}, of a cell that has just written its observations. @throws {LabError} when they are gone, too */
export async function judgeWritten(observed: ObservedCell): Promise<Judged> {
  const judged = await judgeCell(observed);
  if (judged) return judged;
  throw new LabError({
    doing: `judging the cell in ${observed.run}/${observed.directory}`,
    expected: `the ${observationsFile} that was just written`,
    happened: 'there is no such file',
    hint: 'look for a program that removes files from the results while a run is going on',
  });
}

function outcomeOf({ checks }: Judgement): Outcome {
  if (checks.some(({ asExpected, undecided }) => !asExpected && !undecided)) return 'unexpected';
  return checks.some(({ expected, undecided }) => expected === undefined || undecided) ? 'inconclusive' : 'as-expected';
}
