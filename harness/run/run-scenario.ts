import { cellName } from '../core/cell.ts';
import type { RunRecord } from '../store/schema.ts';
import type { Dispatcher, Used } from './dispatcher.ts';
import { provenance } from './provenance.ts';
import type { RunPlan } from './run-plan.ts';

/** Runs all cells by an engine, and writes everything down as it happens. */
export async function runScenario(plan: RunPlan, dispatcher: Dispatcher): Promise<void> {
  const { scenario, directory, jobs, repeat, signal } = plan;
  const cells = [...plan.cells.map((cell) => ({ scenario, cell })), ...plan.controls];
  const run: RunRecord = {
    schema: 1,
    scenario: scenario.name,
    ...(plan.module !== undefined && { module: plan.module }),
    claim: scenario.claim,
    state: 'running',
    startedAt: new Date().toISOString(),
    commandLine: plan.commandLine,
    lab: await provenance(),
    jobs,
    machine: plan.host,
    builds: [],
    cells: cells.map(({ cell }) => cellName(cell)),
    notes: plan.notes,
  };
  await directory.writeRun(run);
  // Beside the cells: none of them waits for what is written about its build.
  const recorded: Promise<void>[] = [];
  const record = ({ builds, kernels, host }: Used) => {
    const newBuilds = builds.filter(isNewIn(run.builds));
    const newKernels = kernels.filter(isNewIn(run.kernels ?? []));
    const newHosts = host ? [host].filter(isNewIn(run.hosts ?? [])) : [];
    // The record names all cells: writing it for each of them would cost a run of n cells n² lines.
    if (newBuilds.length + newKernels.length + newHosts.length === 0) return;
    run.builds.push(...newBuilds);
    if (newKernels.length > 0) (run.kernels ??= []).push(...newKernels);
    if (newHosts.length > 0) (run.hosts ??= []).push(...newHosts);
    // The last record has all of it: one that cannot be written now is no loss.
    recorded.push(directory.writeRun(run).catch(() => undefined));
  };
  const tries = cells.flatMap(({ scenario: own, cell }) =>
    Array.from({ length: repeat }, (_, i) => ({ scenario: own, cell, number: i + 1 })),
  );
  await dispatcher.run(plan, tries, record);
  await Promise.all(recorded);
  run.state = signal.aborted ? 'interrupted' : 'finished';
  run.endedAt = new Date().toISOString();
  run.harnessPeakBytes = process.resourceUsage().maxRSS * 1024;
  await directory.writeRun(run);
}

function isNewIn(known: readonly { name: string }[]): (one: { name: string }) => boolean {
  return ({ name }) => !known.some((other) => other.name === name);
}
