import { evidenceOf } from '../../../harness/diagnose/bundle/parse-bundle.ts';
import { bundleOf } from '../../../harness/diagnose/bundle/parse-info.ts';
import { diagnose, type Diagnosis } from '../../../harness/diagnose/diagnose.ts';
import { problems, type FindingState, type Problem } from '../../../harness/diagnose/model/finding.ts';
import { checkOf, type Check, type Fact } from '../../../harness/judge/check.ts';
import { codesValue, codeValue, type Code } from '../../../harness/judge/value.ts';
import type { CollectedFiles } from '../../../harness/evidence/bundles.ts';
import { knowledge } from './knowledge.ts';

/** The truth about a cell, which its diagnosis has to find. */
export interface Truth {
  affected: readonly Problem[];
  exposed: readonly Problem[];
  /** Whether a caller has to be named, and whether in a container. */
  caller?: 'process' | 'container';
}

/** Diagnoses each collection of a cell by what an operator's would say. */
export function diagnosesOf(collections: readonly CollectedFiles[]): Diagnosis[] {
  return collections.map(({ files }) => diagnose(evidenceOf(bundleOf(new Map(Object.entries(files)))), knowledge));
}

const stateCodes: Readonly<Record<FindingState, Code>> = {
  affected: 'affected',
  exposed: 'exposed',
  unknown: 'undecided',
  'not-affected': 'not-affected',
};

/** A check for each problem: what is true is found in every collection, and nothing else is called `affected` in any. */
export function findingChecks(diagnoses: readonly Diagnosis[], truth: Truth): Check[] {
  const checks = problems.map((problem): Check => {
    const states = statesOf(diagnoses, problem);
    const wanted: FindingState | undefined = truth.affected.includes(problem)
      ? 'affected'
      : truth.exposed.includes(problem)
        ? 'exposed'
        : undefined;
    // What is not true may be exposed or unknown: it may not be called affected.
    const isFalse = wanted === undefined && states.includes('affected');
    const observed = codesValue(states.map((state) => stateCodes[state]));
    const expected = wanted ? codeValue(stateCodes[wanted]) : isFalse ? codeValue('not-affected') : observed;
    return { ...checkOf('finding', observed, expected), name: problem };
  });
  return [...checks, ...callerChecks(diagnoses, truth)];
}

/** The problems that the diagnoses of a cell call affected, in one fact. */
export function affectedFact(diagnoses: readonly Diagnosis[]): Fact {
  return namesFact(problems.filter((problem) => statesOf(diagnoses, problem).includes('affected')));
}

/** The problems that are true, in one fact. */
export function namesFact(names: readonly Problem[]): Fact {
  return { what: 'affected-by', value: { kind: 'names', names: [...names] } };
}

/** The different states of a problem over the collections of a cell. */
function statesOf(diagnoses: readonly Diagnosis[], wanted: Problem): FindingState[] {
  const states = diagnoses.flatMap(({ findings }) => findings.filter(({ problem }) => problem === wanted));
  return [...new Set(states.map(({ state }) => state))];
}

function callerChecks(diagnoses: readonly Diagnosis[], { caller, affected }: Truth): Check[] {
  if (caller === undefined) return [];
  const named = diagnoses.map(({ findings }): Code => {
    const [first] = findings.filter(({ problem }) => affected.includes(problem)).flatMap(({ culprits }) => culprits);
    if (!first || first.share < mostOf) return 'no-caller';
    return first.container ? 'container' : 'process';
  });
  return [checkOf('main-caller', codesValue(named), codeValue(caller))];
}

/** The caller has this share of all connections at least: the lab's own counter has some, too. */
const mostOf = 0.8;
