import path from 'node:path';
import type { DockerBuild } from '../../vms/build.ts';
import { BootFailedError, BudgetExhaustedError, messageOf, NotApplicableError } from '../core/errors.ts';
import type { Kernel } from '../fetch/kernel.ts';
import { besideFiles } from '../clients/clients.ts';
import { withCompanion } from '../daemons/upgrade.ts';
import { eraOfVersion } from '../core/mount-flags.ts';
import { machineLimit, machineLimitOf } from '../daemons/machine-limits.ts';
import type { MachineKind } from '../machines/shared/kind.ts';
import type { Budget, Machine, MachineDescription } from '../machine/contract.ts';
import { runsUnits } from '../machine/units.ts';
import type { Cell } from '../core/cell.ts';
import type { Scenario } from './scenario.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { Outcome, Share } from '../core/outcome.ts';
import { budgetRanOut, outOfTime, secondsOf, throwIfBudgetRanOut } from './budget.ts';
import { judgeWritten, type Judged } from './judge-cell.ts';
import { judgeKernelFailure, kernelFindingIn, throwIfKernelFailed } from './kernel-trouble.ts';
import { sizeOf, type Sizes } from './sizes.ts';
import type { Activity } from '../store/activity.ts';
import type { CellDirectory } from '../store/run-directory.ts';
import type { VerdictRecord } from '../store/schema.ts';

/** The inputs of a cell. */
export interface CellPlan {
  scenario: Scenario;
  cell: Cell;
  /** Of the protocol, where they are not the usual ones. */
  sizes?: Sizes;
  build?: DockerBuild;
  companion?: DockerBuild;
  kernel?: Kernel;
  kind: MachineKind;
  host: MachineDescription;
  /** The name of this host in its fleet. */
  hostName?: string;
  directory: CellDirectory;
  /** Directory of the same cell in a run that this one resumes. */
  earlier?: string;
  /** Called with what the cell is doing now. */
  doing: (activity: Activity) => void;
  /** Called when the cell has been judged and before its machine goes; for `--keep`. */
  hold: (machine: Machine, judgement: Judgement) => Promise<void>;
  signal: AbortSignal;
}

/**
 * Tries one cell, records its outcome, and never rejects for what the cell did.
 *
 * @returns undefined when the run was interrupted: such a cell has no verdict, and is shown as not finished.
 */
export async function runCell(plan: CellPlan): Promise<VerdictRecord | undefined> {
  const { directory } = plan;
  const begin = performance.now();
  const shares: Partial<Record<Share, number>> = {};
  const spend = (share: Share, milliseconds: number) => {
    shares[share] = (shares[share] ?? 0) + milliseconds / 1000;
  };
  let result: Pick<VerdictRecord, 'outcome' | 'judgement' | 'failure' | 'finding'>;
  try {
    result = await observe(plan, spend);
  } catch (error) {
    if (plan.signal.aborted) {
      directory.event({ code: 'interrupted', message: messageOf(error) });
      return undefined;
    }
    const finding = kernelFindingIn(error);
    result = finding
      ? { outcome: 'unexpected', judgement: judgeKernelFailure(finding), finding: 'kernel-failed' }
      : { outcome: outcomeOfError(error), failure: failureOf(error) };
    directory.event({ code: 'failed', message: messageOf(error) });
  }
  const seconds = (performance.now() - begin) / 1000;
  const accounted = Object.values(shares).reduce((sum, share) => sum + share, 0);
  shares.harness = (shares.harness ?? 0) + seconds - accounted;
  const rounded = Object.entries(shares).map(([share, value]) => [share, round(value)]);
  const verdict: VerdictRecord = {
    schema: 2,
    ...result,
    version: versionOf(plan),
    ...(plan.hostName !== undefined && { host: plan.hostName }),
    seconds: round(seconds),
    shares: Object.fromEntries(rounded),
  };
  await directory.writeVerdict(verdict);
  return verdict;
}

async function observe(plan: CellPlan, spend: (share: Share, milliseconds: number) => void): Promise<Judged> {
  const { scenario, cell, earlier, build, companion, kernel, kind, host, directory, doing, hold } = plan;
  const version = versionOf(plan);
  const budget = budgetOf(plan);
  const reason = (build && machineLimit(build, host)) ?? scenario.notApplicable?.(cell, version, host);
  if (reason)
    throw new NotApplicableError({ doing: 'looking at the cell', expected: 'it can be tried', happened: reason });
  doing({ activity: 'making-machine' });
  await using machine = await kind.open({
    ...(build && { build: companion ? withCompanion(build, companion) : build }),
    ...(kernel && { kernel }),
    ...(scenario.clients && { beside: await besideFiles(scenario.clients(cell)) }),
    boot: scenario.boot?.(cell) ?? { parameters: [] },
    budget,
    directory: directory.path,
    event: directory.event,
    signal: plan.signal,
  });
  requireOwnEra(scenario.systemd?.(cell), machine);
  const { stdout: uname } = await machine.run(['busybox', 'uname', '-a']);
  directory.event({ code: 'machine', enter: machine.enterCommand, description: machine.description, uname });
  const signal = AbortSignal.any([plan.signal, AbortSignal.timeout(secondsOf(budget, machine) * 1000)]);
  const protocol = scenario.run({
    cell,
    size: (name) => sizeOf(scenario, plan.sizes, name),
    ...(build && { build }),
    ...(companion && { companion }),
    ...(kernel && { kernel }),
    machine,
    budget,
    signal,
    event: directory.event,
    doing,
    ...(earlier !== undefined && { earlier: (name: string) => path.join(earlier, name) }),
    logFile: directory.file,
    async phase(share, activity, work) {
      signal.throwIfAborted();
      doing(activity);
      directory.event({ code: 'activity', share, doing: activity });
      const begin = performance.now();
      try {
        return await work();
      } finally {
        spend(share, performance.now() - begin);
      }
    },
  });
  const over = new AbortController();
  let observations: unknown;
  try {
    observations = await Promise.race([protocol, aborted(signal), budgetRanOut(machine, budget, over.signal)]);
  } catch (error) {
    await explain(error, plan, machine);
    throw error;
  } finally {
    over.abort();
  }
  await throwIfBudgetRanOut(machine, scenario.budget);
  await directory.writeObservations(scenario.observations.store(observations));
  const judged = await judgeWritten({
    scenario,
    cell,
    run: path.dirname(directory.path),
    directory: path.basename(directory.path),
    version,
    commit: build?.commit,
  });
  await hold(machine, judged.judgement);
  doing({ activity: 'ending-machine' });
  return judged;
}

/** The budget of a scenario, with the time that the user gives its protocol. */
function budgetOf({ scenario, sizes }: CellPlan): Budget {
  const { budget, lasts } = scenario;
  return lasts === undefined ? budget : { ...budget, seconds: budget.seconds + sizeOf(scenario, sizes, lasts) };
}

/** Rejects a cell about another systemd than the machine's own, where its behaviour cannot be observed. @throws {NotApplicableError} */
function requireOwnEra(systemd: string | undefined, machine: Machine): void {
  if (systemd === undefined || !runsUnits(machine)) return;
  const own = eraOfVersion(machine.systemd).version;
  if (systemd === own) return;
  throw new NotApplicableError({
    doing: 'looking at the cell',
    expected: `a machine with systemd ${systemd}`,
    happened: `it has systemd ${machine.systemd}, which applies MountFlags itself`,
    hint: `take --only systemd=${own}, or another box with --kernel`,
  });
}

/** Of what the cell is about: its dockerd, else its kernel. */
function versionOf({ build, kernel }: CellPlan): string {
  return build?.version ?? kernel?.release ?? 'unknown';
}

/** Classifies an error that is more than a failure of the infrastructure. */
async function explain(error: unknown, plan: CellPlan, machine: Machine): Promise<void> {
  const { signal, scenario } = plan;
  if (signal.aborted || error instanceof BudgetExhaustedError) return;
  // First of all: a machine whose kernel is gone answers no other question.
  throwIfKernelFailed(machine, scenario.budget, error);
  await throwIfBudgetRanOut(machine, scenario.budget, error);
  if (error instanceof Error && error.name === 'TimeoutError') {
    throw outOfTime(machine, budgetOf(plan), error);
  }
  const limit = machineLimitOf(error, machine.description);
  if (limit) throw limit;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** With the machine that could not be ended beside the failure that came before it. */
function failureOf(error: unknown): string {
  if (!(error instanceof SuppressedError)) return messageOf(error);
  return `${messageOf(error.suppressed)}\nThen, ending the machine: ${messageOf(error.error)}`;
}

function outcomeOfError(error: unknown): Outcome {
  if (error instanceof SuppressedError) return outcomeOfError(error.suppressed);
  if (error instanceof NotApplicableError) return 'not-applicable';
  if (error instanceof BootFailedError) return 'boot-failed';
  // A budget that ran out is a finding, but what the cell would have shown is unknown.
  return error instanceof BudgetExhaustedError ? 'inconclusive' : 'infra-failed';
}

function round(seconds: number): number {
  return Math.round(Math.max(0, seconds) * 1000) / 1000;
}
