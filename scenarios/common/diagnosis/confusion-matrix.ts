import { problems } from '../../../harness/diagnose/model/finding.ts';
import type { CollectedFiles } from '../../../harness/evidence/bundles.ts';
import { diagnosesOf, type Truth } from './judge-findings.ts';

/** The confusion matrix of a run: for each problem, what was true and what was found, collection by collection. */
export function confusionMatrix(cells: readonly { truth: Truth; collections: readonly CollectedFiles[] }[]): string[] {
  const judged = cells.flatMap(({ truth, collections }) =>
    diagnosesOf(collections).map((diagnosis) => ({ truth, diagnosis })),
  );
  const rows = problems.flatMap((problem) => {
    const found = judged.map(({ truth, diagnosis }) => ({
      isTrue: truth.affected.includes(problem),
      isFound: diagnosis.findings.some((finding) => finding.problem === problem && finding.state === 'affected'),
    }));
    const count = (isTrue: boolean, isFound: boolean) =>
      found.filter((one) => one.isTrue === isTrue && one.isFound === isFound).length;
    if (count(true, true) + count(true, false) + count(false, true) === 0) return [];
    return [
      {
        problem,
        hit: count(true, true),
        missed: count(true, false),
        false: count(false, true),
        clear: count(false, false),
      },
    ];
  });
  const healthy = judged.filter(({ truth }) => truth.affected.length === 0);
  const wrong = healthy.filter(({ diagnosis }) => diagnosis.state === 'affected').length;
  const width = Math.max(0, ...rows.map(({ problem }) => problem.length));
  return [
    `Confusion matrix over ${judged.length} collections`,
    `  ${'problem'.padEnd(width)}  affected and found  affected and missed  healthy and accused  healthy and acquitted`,
    ...rows.map(
      ({ problem, hit, missed, false: accused, clear }) =>
        `  ${problem.padEnd(width)}  ${pad(hit, 18)}  ${pad(missed, 19)}  ${pad(accused, 19)}  ${pad(clear, 21)}`,
    ),
    `${healthy.length} collections of healthy hosts: ${wrong} called affected`,
  ];
}

function pad(count: number, width: number): string {
  return `${count}`.padStart(width);
}
