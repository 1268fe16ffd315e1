/**
 * The judge. `judge` turns a dose–response series and an idle one into a slope with an interval and a verdict; `checkOf` and its relatives set an
 * observed value beside the expected one. All of it is pure.
 */
export {
  checkOf,
  countCheck,
  slopeCheck,
  verdictCheck,
  type Check,
  type Fact,
  type FactName,
} from '../harness/judge/check.ts';
export type { Judgement } from '../harness/judge/judgement.ts';
export { allValue, codesValue, codeValue, matches, tallyValue, type Code, type Value } from '../harness/judge/value.ts';
export type { SlopeFigure, SlopeVerdict } from '../harness/judge/verdict-record.ts';
export { judge, method } from '../harness/judge/verdict.ts';
export {
  lastDose,
  slopeFigure,
  slopeLines,
  summaryValue,
  verdictOn,
  wordOf,
  type Dosed,
} from '../scenarios/common/dose-response.ts';
