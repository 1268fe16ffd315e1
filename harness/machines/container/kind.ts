import os from 'node:os';
import { quietly } from '../../fetch/cache.ts';
import { NotApplicableError } from '../../core/errors.ts';
import type { MachineKind, MachineSpec } from '../shared/kind.ts';
import { describeHost } from '../local/host.ts';
import { cellsThatFit, localJobs, localPlaces } from '../local/jobs.ts';
import type { Machine, MachineDescription } from '../../machine/contract.ts';
import type { Engine } from './engine.ts';
import type { Workshop } from './workshop.ts';

/**
 * Docker in docker: a privileged container of the user's engine, or of one of the lab's own. Its modules are loaded with the first use: testcontainers
 * takes 60 MB and a third of a second, of every start of the lab.
 */
export const containerKind: MachineKind = {
  name: 'container',
  summary: "a privileged container of your docker engine, or of one of the lab's own",
  requirements: async () => (await import('./requirements.ts')).containerRequirements(theWorkshop),
  describe,
  jobs,
  places: localPlaces,
  open,
  sweep: async () => (await import('./sweep.ts')).sweepContainers(),
  release,
};

let workshop: Promise<Workshop> | undefined;

/** The user's engine, once its version is known. */
let usersEngine: Engine | undefined;

/** One for all cells of a run. */
function theWorkshop(): Promise<Workshop> {
  // Missing parts are fetched without progress messages.
  workshop ??= import('./workshop.ts').then(({ Workshop: Opened }) => Opened.open(quietly()));
  workshop.then(
    ({ engine }) => (usersEngine = engine.origin === 'own' ? undefined : engine),
    // An engine that did not answer may do so the next time.
    () => (workshop = undefined),
  );
  return workshop;
}

/** An engine that is reached by a socket is on this host, or in a VM of it that may have less memory. */
function jobs(memoryBytes: number): number {
  if (!usersEngine) return localJobs(memoryBytes);
  const { host, info } = usersEngine;
  const free = host.startsWith('unix:') ? Math.min(os.freemem(), info.MemTotal) : info.MemTotal;
  return cellsThatFit(memoryBytes, info.NCPU, free);
}

/** An engine of the lab's own is where this process is, and not started for a description. */
async function describe(): Promise<MachineDescription> {
  const { findEngine } = await import('./engine.ts');
  if (await findEngine()) return (await theWorkshop()).description;
  return { ...(await describeHost()), kind: 'container', machine: "container (the lab's own engine)" };
}

async function open(spec: MachineSpec): Promise<Machine> {
  const { build, kernel } = spec;
  if (build && !kernel) return (await theWorkshop()).makeMachine(build, spec);
  throw new NotApplicableError({
    doing: 'making a cell in a container',
    expected: 'a scenario of daemons: this kind of machine has the kernel of its engine alone',
    happened: `the cell asks for the kernel ${kernel?.name ?? 'of a machine of its own'}`,
    hint: 'take --machine microvm, which boots any kernel',
  });
}

async function release(): Promise<void> {
  const made = await workshop?.catch(() => undefined);
  workshop = usersEngine = undefined;
  await made?.[Symbol.asyncDispose]();
}
