import path from 'node:path';
import pLimit from 'p-limit';
import type { DockerBuild } from '../../vms/build.ts';
import { cellName } from '../core/cell.ts';
import type { MachineDescription } from '../machine/contract.ts';
import type { Kernel } from '../fetch/kernel.ts';
import { unmetRequirements } from '../machines/registry.ts';
import type { MachineKind } from '../machines/shared/kind.ts';
import type { Activity } from '../store/activity.ts';
import { cellDirectoryName } from '../store/run-directory.ts';
import { buildRecord, type BuildRecord, type KernelRecord, type VerdictRecord } from '../store/schema.ts';
import type { CellTry, Dispatcher, Used } from './dispatcher.ts';
import { equip, type Equipment, type Missing } from './equipment.ts';
import { Places } from './places.ts';
import { runCell } from './run-cell.ts';
import type { RunPlan } from './run-plan.ts';

/** The engine that runs cells in this process, side by side. */
export function inProcess(): Dispatcher {
  const prepared = new Map<MachineKind, Promise<string | undefined>>();
  return {
    // Cells of one part fill the host.
    parts: 1,
    prepare(kind) {
      const preparing = prepared.get(kind) ?? prepare(kind);
      prepared.set(kind, preparing);
      return preparing;
    },
    describe: (kind) => kind.describe(),
    jobs: (kind, memoryBytes) => kind.jobs(memoryBytes),
    run: runTries,
    async [Symbol.asyncDispose]() {
      for (const [kind, unmet] of prepared) if ((await unmet) === undefined) await kind.release?.();
    },
  };
}

async function prepare(kind: MachineKind): Promise<string | undefined> {
  const unmet = await unmetRequirements(kind);
  if (unmet === undefined) await kind.sweep();
  return unmet;
}

async function runTries(plan: RunPlan, tries: readonly CellTry[], record: (used: Used) => void): Promise<void> {
  // Downloads begin at once, in the order of the levels and not of the cells.
  for (const supply of [...plan.builds.values(), ...plan.kernels.values()]) void supply.fetch();
  const host = await plan.kind.describe();
  const limit = pLimit(plan.jobs);
  const places = plan.kind.places && new Places(Math.max(plan.jobs, plan.kind.places()));
  const tried = tries.map(async (one) => {
    // Waiting for a build takes no place of a cell that could run.
    const equipment = await equip(one.scenario, one.cell, plan);
    if (!('failure' in equipment)) record(usedOf(equipment));
    await limit(() => tryCell(plan, places, host, one, equipment));
  });
  await Promise.all(tried);
}

async function tryCell(
  plan: RunPlan,
  places: Places | undefined,
  host: MachineDescription,
  { scenario, cell, number }: CellTry,
  equipment: Equipment | Missing,
): Promise<void> {
  // What an interrupted run never began has no directory, and so no verdict.
  if (plan.signal.aborted) return;
  const name = tryName({ cell, number });
  // Controls are of another scenario, and are as they are known.
  const sizes = scenario === plan.scenario ? plan.sizes : undefined;
  const directory = await plan.directory.beginCell(cell, number, { scenario: scenario.name, ...(sizes && { sizes }) });
  const onHost = plan.hostName === undefined ? {} : { host: plan.hostName };
  if ('failure' in equipment) {
    const verdict: VerdictRecord = { schema: 2, ...equipment, ...onHost, seconds: 0, shares: {} };
    await directory.writeVerdict(verdict);
    plan.observer.cellEnded(name, verdict);
    return;
  }
  const { kind, signal } = plan;
  const doing = (activity: Activity): void => plan.observer.cellDoes(name, activity);
  await using held = new AsyncDisposableStack();
  held.use(await places?.take(() => doing({ activity: 'waiting-for-place' }), signal));
  const verdict = await runCell({
    scenario,
    cell,
    ...(sizes && { sizes }),
    ...equipment,
    kind,
    host,
    ...(plan.hostName !== undefined && { hostName: plan.hostName }),
    directory,
    ...(plan.resume !== undefined && { earlier: path.join(plan.resume, 'cells', cellDirectoryName(cell, number)) }),
    signal,
    doing,
    hold: (machine, judgement) => plan.hold(cell, machine.enterCommand, judgement),
  });
  if (verdict) plan.observer.cellEnded(name, verdict);
}

/** The name of a try for people. */
export function tryName({ cell, number }: Pick<CellTry, 'cell' | 'number'>): string {
  return number === 1 ? cellName(cell) : `${cellName(cell)} (repeat ${number})`;
}

/** The records of what a cell ran with. */
function usedOf({ build, companion, kernel }: Equipment): Used {
  return {
    builds: [build, companion].filter((one) => one !== undefined).map((one) => recordOfBuild(one)),
    kernels: kernel ? [recordOfKernel(kernel)] : [],
  };
}

/** The schema takes what belongs into a result and leaves the paths of this machine out. */
function recordOfBuild({ name, version, commit, origin, binaries, userland }: DockerBuild): BuildRecord {
  return buildRecord.parse({
    name,
    version,
    commit,
    origin,
    userland: { name: userland.name, packages: userland.packages },
    binaries: binaries.map((binary) => ({ name: binary.name, path: binary.path, sha256: binary.sha256 })),
  });
}

function recordOfKernel({ name, release, packages, sha256 }: Kernel): KernelRecord {
  return { name, release, packages, ...(sha256 !== undefined && { sha256 }) };
}
