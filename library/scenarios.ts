/** The catalogue: every claim of the lab, with its factors, expectations and judge; and the stored runs that they judge. */
export type { Scenario } from '../harness/run/scenario.ts';
export { judgeCell, type Judged, type ObservedCell } from '../harness/run/judge-cell.ts';
export { readRun, type StoredCell, type StoredRun } from '../harness/store/read-run.ts';
export { scenarioOfCell, scenarios } from '../scenarios/index.ts';
