import type { Command } from 'commander';

/** Adds a command to the program, or to `lab`. */
type AddCommand = (parent: Command, setExitCode: (code: number) => void) => void;

/**
 * Commands by name, in the order of the help. A start loads the code of its own command alone: on 2026-11-27 that of all took 108 MiB, that of
 * `scenario` 105.
 */
type Commands = Readonly<Record<string, () => Promise<AddCommand>>>;

/** Each is a script of npm in a checkout. */
const ofProgram: Commands = {
  scenario: async () => (await import('./scenario-command.ts')).addScenarioCommand,
  bench: async () => (await import('./bench-command.ts')).addBenchCommand,
  matrix: async () => (await import('./matrix-command.ts')).addMatrixCommand,
};

/** In a checkout all are below the script `lab`. */
const ofLab: Commands = {
  compare: async () => (await import('./compare-command.ts')).addCompareCommand,
  daemons: async () => (await import('./daemons-command.ts')).addDaemonsCommand,
  diagnose: async () => (await import('./diagnose-command.ts')).addDiagnoseCommand,
  doctor: async () => (await import('./doctor-command.ts')).addDoctorCommand,
  fleet: async () => (await import('./fleet-command.ts')).addFleetCommand,
  kernel: async () => (await import('./kernel-commands.ts')).addKernelCommands,
  kernels: async () => (await import('./kernel-commands.ts')).addKernelsCommand,
  merge: async () => (await import('./merge-command.ts')).addMergeCommand,
  'netns-demo': async () => (await import('./netns-demo-command.ts')).addNetnsDemoCommand,
  open: async () => (await import('./open-command.ts')).addOpenCommand,
  prune: async () => (await import('./prune-command.ts')).addPruneCommand,
  rebuild: async () => (await import('./rebuild-command.ts')).addRebuildCommand,
  reduce: async () => (await import('./reduce-command.ts')).addReduceCommand,
  rejudge: async () => (await import('./rejudge-command.ts')).addRejudgeCommand,
  report: async () => (await import('./report-command.ts')).addReportCommand,
  show: async () => (await import('./show-command.ts')).addShowCommand,
  try: async () => (await import('./try-command.ts')).addTryCommand,
  upstream: async () => (await import('./upstream-command.ts')).addUpstreamCommand,
  worker: async () => (await import('./worker-command.ts')).addWorkerCommand,
};

/** What the package has besides: npm completes its own scripts. */
const ofPackage: Commands = {
  completion: async () => (await import('./completion-command.ts')).addCompletionCommand,
};

/** Loads what adds the command that was typed, or every command when none of them was. */
export async function addersOf(
  typed: readonly string[],
  isPackage: boolean,
): Promise<{ ofProgram: AddCommand[]; ofLab: AddCommand[] }> {
  const below = isPackage ? { ...ofLab, ...ofPackage } : ofLab;
  const [first = '', second = ''] = typed;
  if (Object.hasOwn(ofProgram, first)) return { ofProgram: await load(ofProgram, first), ofLab: [] };
  const name = isPackage ? first : second;
  if ((isPackage || first === 'lab') && Object.hasOwn(below, name)) {
    return { ofProgram: [], ofLab: await load(below, name) };
  }
  return { ofProgram: await load(ofProgram), ofLab: await load(below) };
}

function load(commands: Commands, name?: string): Promise<AddCommand[]> {
  const chosen = Object.entries(commands).filter(([key]) => name === undefined || key === name);
  return Promise.all(chosen.map(([, add]) => add()));
}
