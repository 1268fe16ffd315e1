import { boundedLine, printableLine } from '../../core/printable.ts';
import type { Diagnosis } from '../../diagnose/diagnose.ts';
import type { Finding, Missing } from '../../diagnose/model/finding.ts';
import type { Paint } from '../style.ts';
import { factLine } from './facts.ts';
import {
  culpritLine,
  missingWords,
  problemWords,
  rateLine,
  remedyEffect,
  remedyWords,
  stateWords,
  statusWords,
} from './words.ts';
import { typedCommand } from '../../core/typed-command.ts';

/** Remedies and facts that are shown of a finding: a screen has room for two findings. */
const [shownRemedies, shownFacts] = [3, 8];

/** The diagnosis of one host as a page of text, worst first. */
export function reportDiagnosis(diagnosis: Diagnosis, paint: Paint): string {
  const { host, docker, hasDaemon, kernel, os, time, findings, facts, problems, incomplete } = diagnosis;
  const about = [
    docker !== undefined ? `docker ${docker}` : hasDaemon ? 'dockerd, version not read' : 'no dockerd',
    kernel && `kernel ${kernel}`,
    os,
  ];
  const detailed = findings.filter(({ state }) => state === 'affected' || state === 'exposed');
  const parts = [
    `${paint('bold', line(host))}  ${about
      .filter(Boolean)
      .map((word) => line(word ?? ''))
      .join(' · ')} · ${time}`,
    summaryOf(diagnosis, paint),
    ...detailed.map((finding) => findingText(finding, paint)),
    ...unknowns(findings, paint),
    ...clear(findings, paint),
    ...(facts.length > 0 ? [facts.map((fact) => `  ${line(factLine(fact))}`).join('\n')] : []),
    ...(problems.length > 0
      ? [
          [
            paint('yellow', '! Files of the bundle that could not be read'),
            ...problems.map(({ file, line: at, expected, found }) =>
              line(`  ${file}${at === undefined ? '' : `, line ${at}`}: expected ${expected}, found "${found}"`),
            ),
          ].join('\n'),
        ]
      : []),
    ...(incomplete.length > 0 ? [paint('dim', incompleteLine(incomplete))] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function summaryOf({ findings }: Diagnosis, paint: Paint): string {
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
  const [affected, exposed, unknown] = [count('affected'), count('exposed'), count('unknown')];
  const clauses = [
    affected > 0
      ? paint('red', `affected by ${problemsWord(affected)}`)
      : paint('green', 'affected by no known problem'),
    ...(exposed > 0 ? [paint('yellow', `exposed to ${problemsWord(exposed)}`)] : []),
  ];
  const rest = unknown > 0 ? `; ${problemsWord(unknown)} could not be decided` : '';
  return `This host is ${clauses.join(affected > 0 ? ' and ' : ', but ')}${rest}.`;
}

function problemsWord(count: number): string {
  return `${count} problem${count === 1 ? '' : 's'}`;
}

function findingText(finding: Finding, paint: Paint): string {
  const { sign, word, colour } = stateWords[finding.state];
  const { title, meaning } = problemWords[finding.problem];
  const section = (name: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`  ${name}`, ...lines.map((one) => `    ${one}`)];
  const evidence = finding.facts.slice(0, shownFacts).flatMap((fact) => factLine(fact).split('\n').map(line));
  const left = finding.facts.length - shownFacts;
  return [
    `${paint(colour, `${sign} ${word}`)}  ${paint('bold', title)}: ${meaning}`,
    ...evidence.map((one) => `    ${one}`),
    ...(left > 0 ? [`    … and ${left} more (--json has all)`] : []),
    ...section('growth', finding.rates.map(rateLine)),
    ...section(
      'who',
      finding.culprits.slice(0, 5).map((culprit) => line(culpritLine(culprit))),
    ),
    ...(finding.follows ? [`  what to do: see ${problemWords[finding.follows].title}, from which it follows`] : []),
    ...section(
      'what to do, best first',
      finding.remedies
        .slice(0, shownRemedies)
        .flatMap((remedy, index) => [
          `${index + 1}. ${remedyWords[remedy.name]}: ${remedyEffect(remedy)}`,
          ...remedy.commands.map((command) => `     ${command}`),
        ]),
    ),
    ...(finding.reproduce ? section('see it in the lab', [typedCommand(...finding.reproduce)]) : []),
  ].join('\n');
}

function unknowns(findings: readonly Finding[], paint: Paint): string[] {
  const found = findings.filter(({ state }) => state === 'unknown');
  if (found.length === 0) return [];
  const width = Math.max(...found.map(({ problem }) => problemWords[problem].title.length));
  const rows = found.map(
    ({ problem, missing }) => `    ${problemWords[problem].title.padEnd(width)}  ${line(missingLine(missing))}`,
  );
  return [[paint('dim', '? unknown: evidence is missing'), ...rows].join('\n')];
}

function missingLine(missing: readonly Missing[]): string {
  const byReason = Map.groupBy(missing, ({ because }) => because);
  return [...byReason]
    .map(([because, all]) => `${all.map(({ file }) => file).join(', ')}: ${missingWords[because]}`)
    .join('; ');
}

function clear(findings: readonly Finding[], paint: Paint): string[] {
  const names = findings
    .filter(({ state }) => state === 'not-affected')
    .map(({ problem }) => problemWords[problem].title);
  return names.length === 0 ? [] : [`${paint('green', '✔ not affected')}  ${names.join(' · ')}`];
}

function incompleteLine(incomplete: Diagnosis['incomplete']): string {
  const byStatus = Map.groupBy(incomplete, ({ status }) => status);
  const clauses = [...byStatus].map(
    ([status, all]) => `${statusWords[status]}: ${all.map(({ file }) => file).join(', ')}`,
  );
  return line(`Evidence that is incomplete. ${clauses.join('. ')}.`);
}

function line(text: string): string {
  return boundedLine(printableLine(text));
}
