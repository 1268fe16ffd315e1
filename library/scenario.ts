/**
 * What a scenario is made of: a claim, the factors that its cells vary, a protocol that acts on a real daemon or kernel, and the machine that
 * it is given. `dockerd-leak-lab/judge` and `dockerd-leak-lab/evidence` have the rest.
 */
import type { Scenario } from '../harness/run/scenario.ts';

export { cellName, levelOf, type Cell, type Factor, type Need } from '../harness/core/cell.ts';
export { LabError, NotApplicableError, type Failure } from '../harness/core/errors.ts';
export { levelReader } from '../harness/core/levels.ts';
export { compareVersions, isBefore } from '../harness/core/version.ts';
export { answerTo, type Answer } from '../harness/daemons/answer.ts';
export {
  createContainer,
  importImage,
  readFacts,
  runContainer,
  runContainers,
  type Container,
  type ContainerFacts,
} from '../harness/daemons/containers.ts';
export { startDockerd, type Dockerd, type DockerdOptions } from '../harness/daemons/dockerd.ts';
export { buildOf, type CellContext } from '../harness/dosing/cell-context.ts';
export { applyDoses, readIdle } from '../harness/dosing/doses.ts';
export { openRecorder, type Recorder } from '../harness/dosing/recorder.ts';
export { waitFor } from '../harness/dosing/wait-for.ts';
export {
  daemonBudget,
  type Boot,
  type Budget,
  type Machine,
  type Ran,
  type Running,
} from '../harness/machine/contract.ts';
export { limitOn } from '../harness/machine/limit-on.ts';
export { numberIn, readOutput, type Probe, type Target } from '../harness/probes/probe.ts';
export type { ControlCell, Scenario, Size } from '../harness/run/scenario.ts';
export { startDaemonUnit, unitLog, type DaemonUnit } from '../scenarios/common/unit.ts';

/** A scenario, checked against its own observations: what its protocol returns is what its judge gets. */
export function defineScenario<Seen>(scenario: Scenario<Seen>): Scenario<Seen> {
  return scenario;
}
