import { boundedLine, printableLine } from '../../core/printable.ts';
import type { Diagnosis } from '../../diagnose/diagnose.ts';
import { problems, type FindingState, type Problem } from '../../diagnose/model/finding.ts';
import type { Paint } from '../style.ts';
import { openTable } from '../table.ts';
import { number, problemWords, stateWords } from './words.ts';

/** A host whose bundle or connection could not be read. */
export interface UnreadHost {
  source: string;
  why: string;
}

/** Many hosts: a row for each, worst first, a column for each problem that any of them has, and totals. */
export function reportFleet(diagnoses: readonly Diagnosis[], unread: readonly UnreadHost[], paint: Paint): string {
  const columns = shownProblems(diagnoses);
  const table = openTable(
    ['host', 'docker', 'kernel', ...columns.map((problem) => problemWords[problem].title)],
    paint,
  );
  for (const diagnosis of worstFirst(diagnoses)) {
    const state = new Map(diagnosis.findings.map((finding) => [finding.problem, finding.state]));
    table.push([
      text(diagnosis.host),
      text(diagnosis.docker ?? '–'),
      text(diagnosis.kernel ?? '–'),
      ...columns.map((problem) => sign(state.get(problem) ?? 'unknown', paint)),
    ]);
  }
  return `${[
    totalsOf(diagnoses, unread.length),
    ...(diagnoses.length > 0 ? [table.toString()] : []),
    ...unread.map(({ source, why }) => `${paint('yellow', '! could not be read')}  ${text(source)}\n${indented(why)}`),
  ].join('\n\n')}\n`;
}

/** `312 hosts: 41 affected, 198 exposed` */
export function totalsOf(diagnoses: readonly Diagnosis[], unread: number): string {
  const count = (state: FindingState) => diagnoses.filter((one) => one.state === state).length;
  const clauses = [
    `${number(count('affected'))} affected`,
    `${number(count('exposed'))} exposed`,
    ...(count('unknown') > 0 ? [`${number(count('unknown'))} not decided`] : []),
    ...(unread > 0 ? [`${number(unread)} could not be read`] : []),
  ];
  const hosts = diagnoses.length + unread;
  return `${number(hosts)} host${hosts === 1 ? '' : 's'}: ${clauses.join(', ')}`;
}

/** Problems that any host is affected by or exposed to, in the order of their harm. */
export function shownProblems(diagnoses: readonly Diagnosis[]): Problem[] {
  const found = new Set(
    diagnoses.flatMap(({ findings }) =>
      findings.filter(({ state }) => state === 'affected' || state === 'exposed').map(({ problem }) => problem),
    ),
  );
  return problems.filter((problem) => found.has(problem));
}

/** Hosts with most problems first, then by name. */
export function worstFirst(diagnoses: readonly Diagnosis[]): Diagnosis[] {
  const weight = ({ findings }: Diagnosis) =>
    findings.reduce((sum, { state }) => sum + (state === 'affected' ? 100 : state === 'exposed' ? 1 : 0), 0);
  return diagnoses
    .map((diagnosis) => ({ diagnosis, weight: weight(diagnosis) }))
    .toSorted((a, b) => b.weight - a.weight || a.diagnosis.host.localeCompare(b.diagnosis.host))
    .map(({ diagnosis }) => diagnosis);
}

function sign(state: FindingState, paint: Paint): string {
  const { sign: mark, word, colour } = stateWords[state];
  return paint(colour, state === 'not-affected' ? mark : `${mark} ${word}`);
}

function text(value: string): string {
  return boundedLine(printableLine(value));
}

function indented(why: string): string {
  return why
    .split('\n')
    .map((one) => `  ${text(one)}`)
    .join('\n');
}
