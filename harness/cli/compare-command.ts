import type { Command } from 'commander';
import type { DockerBuild } from '../../vms/build.ts';
import { cacheDirectory } from '../fetch/cache.ts';
import { compareDaemons, compareRecording, type Comparison, type Watching } from '../compare/compare.ts';
import { readRecording } from '../compare/recording.ts';
import { reportComparison } from '../compare/report.ts';
import { LabError, NotApplicableError, UsageError } from '../core/errors.ts';
import { machineLimit, machineLimitOf } from '../daemons/machine-limits.ts';
import { machineKinds, unmetRequirements } from '../machines/registry.ts';
import type { MachineDescription } from '../machine/contract.ts';
import { named } from '../core/did-you-mean.ts';
import { printableJson } from '../core/printable.ts';
import { openProgressView } from '../report/progress.ts';
import { fromOf } from '../store/origin.ts';
import { paintFor } from '../report/style.ts';
import { daemonLevels } from '../run/daemon-levels.ts';
import { exitCodes } from '../run/exit-code.ts';
import { openSource, type Source } from '../run/source.ts';
import { compareStored } from './compare-stored.ts';
import { onInterrupt } from './interrupt.ts';
import { filePath, resultsOption } from './options.ts';

interface Options {
  daemon?: string;
  recorded?: string;
  json?: true;
  out: string;
}

/** The sides of a comparison with the replica. */
interface ComparedDaemon {
  /** For people. */
  name: string;
  compare: (replica: DockerBuild, watching: Watching) => Promise<Comparison>;
}

/** `lab compare BEFORE NOW` of what is stored, `lab compare --daemon …` of a real daemon and the replica */
export function addCompareCommand(lab: Command, setExitCode: (code: number) => void): void {
  lab
    .command('compare')
    .description(
      'set two stored runs, nights or builds beside each other; or, with --daemon or --recorded, ' +
        'ask a real daemon and the replica of 1.13.1 the same, and print every difference',
    )
    .argument('[before]', 'SCENARIO/START, nights/START, or the version of a build in the history')
    .argument('[now]', 'the run, night or build to compare it with')
    .option('--daemon <which>', 'a known build, a directory or a .tgz of binaries')
    .option('--recorded <file>', 'what was recorded of a real daemon, instead of one', filePath)
    .option('--json', 'as JSON')
    .addOption(resultsOption('where runs are kept'))
    .action(async (before: string | undefined, now: string | undefined, options: Options) => {
      setExitCode(await compareWhatIsGiven(before, now, options));
    });
}

async function compareWhatIsGiven(
  before: string | undefined,
  now: string | undefined,
  options: Options,
): Promise<number> {
  if (before === undefined) return compare(options);
  if (now === undefined) throw new UsageError(`Compare ${before} with what? Name two runs, nights or builds.`);
  if (options.daemon !== undefined || options.recorded !== undefined) {
    throw new UsageError('What is stored is compared with what is stored: leave --daemon and --recorded out.');
  }
  return compareStored(before, now, options);
}

async function compare(options: Options): Promise<number> {
  if ((options.daemon === undefined) === (options.recorded === undefined)) {
    throw new UsageError(
      'Compare what? Name two stored runs, nights or builds; or, to compare a daemon with the replica, give either --daemon, ' +
        'e.g. --daemon DIR, or --recorded FILE.',
    );
  }
  const local = named('machine', 'local', machineKinds);
  const unmet = await unmetRequirements(local);
  if (unmet !== undefined) {
    process.stderr.write(`${unmet}\n`);
    return exitCodes.couldNotRun;
  }
  await local.sweep();
  const host = await local.describe();
  using interrupt = onInterrupt();
  try {
    const { sides, comparison } = await compareWatched(options, host, interrupt.signal);
    if (options.json) process.stdout.write(`${printableJson({ ...sides, ...comparison })}\n`);
    else process.stdout.write(reportComparison(sides, comparison, paintFor(process.stdout)));
    const isAsKnown = comparison.differences.every(({ known }) => known !== undefined);
    return isAsKnown ? exitCodes.asExpected : exitCodes.unexpected;
  } catch (error) {
    if (interrupt.exitCode !== undefined) return interrupt.exitCode;
    throw machineLimitOf(error, host) ?? error;
  }
}

async function compareWatched(options: Options, host: MachineDescription, signal: AbortSignal) {
  using view = openProgressView(process.stderr);
  const source = openSource(cacheDirectory(), signal, view);
  const subject = await subjectOf(options, source, host);
  const replica = await fetchNamed('replica', source);
  const comparison = await subject.compare(replica, {
    doing: (side, request) => view.cellDoes(side, { activity: 'comparing', request }),
    signal,
  });
  return { sides: { real: subject.name, replica: describe(replica) }, comparison };
}

async function subjectOf(
  { daemon, recorded }: Options,
  source: Source,
  host: MachineDescription,
): Promise<ComparedDaemon> {
  if (recorded !== undefined) {
    const recording = await readRecording(recorded);
    return { name: `recorded in ${recorded}`, compare: (...words) => compareRecording(recording, ...words) };
  }
  const real = await fetchNamed(daemon ?? '', source);
  const limit = machineLimit(real, host);
  if (limit === undefined) return { name: describe(real), compare: (...words) => compareDaemons(real, ...words) };
  throw new NotApplicableError({
    doing: 'looking at the daemon',
    expected: 'it can run here',
    happened: limit,
    hint: 'name another one with --daemon, or compare with what was recorded of it, with --recorded',
  });
}

async function fetchNamed(spec: string, source: Source): Promise<DockerBuild> {
  const [level] = await daemonLevels([spec], source);
  const build = await level?.fetch();
  if (build && !('failure' in build)) return build;
  throw new LabError({ doing: `fetching ${spec}`, expected: 'a docker build', happened: build?.failure ?? 'nothing' });
}

function describe({ name, commit, origin }: DockerBuild): string {
  return `dockerd ${name} build ${commit}: ${fromOf(origin)}`;
}
