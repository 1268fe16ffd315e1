import { diagnosesOf } from '../../../scenarios/common/diagnosis/judge-findings.ts';
import { problems } from '../../diagnose/model/finding.ts';
import type { CollectedFiles } from '../../evidence/bundles.ts';
import { problemWords, stateWords } from '../diagnosis/words.ts';
import { html, type Html } from '../markup/html.ts';
import { rowsOf } from './renderer.ts';

/** The findings of each collection of a cell: a row for each problem, a column for each collection. */
export function findingsTable(what: string, collections: readonly CollectedFiles[]): Html | undefined {
  const diagnoses = diagnosesOf(collections);
  const rows = problems.map((problem) => [
    problemWords[problem].title,
    ...diagnoses.map(({ findings }) => {
      const { sign, word } = stateWords[findings.find((one) => one.problem === problem)?.state ?? 'unknown'];
      return html`${sign} ${word}`;
    }),
  ]);
  return rowsOf(what, ['problem', ...diagnoses.map((_, index) => `collection ${index + 1}`)], rows);
}
