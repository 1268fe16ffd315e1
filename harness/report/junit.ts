import exported from 'junit-report-builder';
import type { StoredRun } from '../store/read-run.ts';
import { lineOf, statusOf } from './night-cells.ts';

// A module of CommonJS whose types put the builder one step deeper than its code does.
// oxlint-disable-next-line import/no-named-as-default-member -- this is where the types have it
const builder = exported.default ?? exported;

/** The cells of runs as JUnit's XML, a suite a run: what CI systems show as tests. Control characters are left out, as XML has none. */
export function junitOf(runs: readonly StoredRun[]): string {
  const report = builder.newBuilder();
  for (const { run, cells } of runs) {
    const suite = report
      .testSuite()
      .name(`${run.scenario} (${run.machine.machine})`)
      .timestamp(new Date(run.startedAt));
    for (const cell of cells) {
      const { plan, verdict } = cell;
      const test = suite
        .testCase()
        .className(run.scenario)
        .name(clean(plan.name + (plan.repeat > 1 ? ` (repeat ${plan.repeat})` : '')))
        .time(verdict?.seconds ?? 0);
      const said = clean(lineOf(cell));
      switch (statusOf(cell)) {
        case 'passed':
          test.standardOutput(said);
          break;
        case 'failed':
          test.failure(said, 'unexpected');
          break;
        case 'broken':
          test.error(said, verdict?.outcome ?? 'not-finished', clean(verdict?.failure ?? ''));
          break;
        case 'skipped':
          test.standardOutput(said).skipped();
      }
    }
  }
  return report.build();
}

/** XML 1.0 takes of the control characters the tabulator and ends of lines alone. */
function clean(text: string): string {
  return text.replaceAll(/(?![\t\n])\p{Cc}|[\ufffe\uffff]/gu, '');
}
