import { Command } from 'commander';
import { scenarios } from '../../scenarios/index.ts';
import { UsageError } from '../errors.ts';
import { machineKinds, unmetRequirements } from '../machines/kinds.ts';
import { cellName, parseSelection, type Cell, type Factor } from '../matrix/cell.ts';
import { named } from '../matrix/did-you-mean.ts';
import { openProgressView, type ProgressView } from '../report/progress.ts';
import { reportRun } from '../report/run-report.ts';
import { paintFor } from '../report/style.ts';
import { parseSizes } from '../run/sizes.ts';
import { needsOf, startScenario } from '../run/start-scenario.ts';
import { bisectCodeOf, exitCodeOf, exitCodes } from '../run/exit-code.ts';
import { findRun, readRun } from '../store/read-run.ts';
import { abandoned } from './abandoned.ts';
import { conclusionOf } from './conclusion.ts';
import { onInterrupt, type Interrupt } from './interrupt.ts';
import { defaultResults, gather, positive } from './options.ts';

interface Options {
  list?: true;
  only: string[];
  not: string[];
  daemon: string[];
  kernel: string[];
  machine?: string;
  jobs?: number;
  repeat: number;
  size: string[];
  json?: true;
  out: string;
  bisect?: true;
  keep?: true;
}

/** `npm run scenario -- NAME …` */
export function scenarioCommand(setExitCode: (code: number) => void): Command {
  return new Command('scenario')
    .description('run a scenario: a claim about a bug or a fix, tried on real daemons')
    .argument('[name]', 'which scenario; --list tells them')
    .option('--list', 'list the scenarios and their factors')
    .option('--only <k=v,…>', 'only cells with these levels', gather, [])
    .option('--not <k=v,…>', 'no cells with these levels', gather, [])
    .option('--daemon <which>', 'a known build, a directory or a .tgz of binaries; may be repeated', gather, [])
    .option('--kernel <which>', 'a known kernel, VMLINUZ[,MODULES], a .rpm or a .deb; may be repeated', gather, [])
    .option('--machine <kind>', "where the cells run; by default the scenario's own kind")
    .option('--jobs <n>', 'cells side by side; by default what cores and memory allow', positive)
    .option('--repeat <n>', 'try every cell so often; each try is kept', positive, 1)
    .option(
      '--size <k=n,…>',
      'a smaller protocol: fewer containers, fewer calls; --list tells what a scenario has',
      gather,
      [],
    )
    .option('--json', 'print the stored run as JSON')
    .option('--out <dir>', 'where runs are kept', defaultResults)
    .option('--bisect', 'exit 0 when the bug is absent, 1 when present, 125 when that can not be told')
    .option('--keep', 'keep the cells alive for a look into them, until Ctrl-C')
    .action(async (name: string | undefined, options: Options) => {
      setExitCode(options.list ? listScenarios() : await runNamed(name, options));
    });
}

function listScenarios(): number {
  for (const { name, claim, factors, sizes = {} } of scenarios) {
    process.stdout.write(`${name}\n  ${claim}\n`);
    for (const { name: factor, levels, defaults } of factors) {
      const shown = levels.map((level) => (defaults && !defaults.includes(level) ? `(${level})` : level));
      process.stdout.write(`  ${factor}: ${shown.join(', ')}\n`);
    }
    const amounts = Object.entries(sizes).map(([what, { usual, least }]) => `${what}=${usual} (from ${least} on)`);
    if (amounts.length > 0) process.stdout.write(`  --size ${amounts.join(', ')}\n`);
  }
  process.stdout.write(
    'Every scenario has the factor daemon too. Levels in parentheses are tried when --only names them.\n',
  );
  return exitCodes.asExpected;
}

async function runNamed(name: string | undefined, options: Options): Promise<number> {
  if (name === undefined) throw new UsageError('Which scenario? npm run scenario -- --list tells them.');
  const scenario = named('scenario', name, scenarios);
  const kind = named('machine', options.machine ?? scenario.machine ?? 'local', machineKinds);
  // What the command line gets wrong is said before anything is looked for or obtained.
  const unknownYet: Factor[] = [
    ...needsOf(scenario, kind).map((need) => ({ name: need, levels: [], open: true })),
    ...scenario.factors,
  ];
  parseSelection([...options.only, ...options.not], unknownYet);
  const sizes = parseSizes(options.size, scenario);
  const unmet = await unmetRequirements(kind);
  if (unmet !== undefined) {
    process.stderr.write(`${unmet}\n`);
    return options.bisect ? 125 : exitCodes.couldNotRun;
  }
  await kind.sweep();
  using interrupt = onInterrupt();
  let directory: string | undefined;
  try {
    using view = openProgressView(options.json ? process.stderr : process.stdout);
    directory = await startScenario(scenario, kind, {
      ...options,
      ...(options.size.length > 0 && { sizes }),
      signal: interrupt.signal,
      view,
      ...(options.keep && { hold: (...held) => hold(view, interrupt, ...held) }),
    });
  } finally {
    await kind.release?.();
  }
  const stored = await readRun(directory ?? (await findRun(options.out, name)));
  if (options.json) process.stdout.write(`${JSON.stringify(stored, null, 2)}\n`);
  else process.stdout.write(reportRun(stored, paintFor(process.stdout), await conclusionOf(stored)));
  return interrupt.exitCode ?? (options.bisect ? bisectCodeOf(stored) : exitCodeOf(stored));
}

async function hold(
  view: ProgressView,
  interrupt: Interrupt,
  cell: Cell,
  enterCommand: string,
  observed: string,
): Promise<void> {
  view.say(
    `${cellName(cell)}\n  observed: ${observed}\n  kept until Ctrl-C, for as long as the shell lives and 8 hours at most; enter it with\n  ${enterCommand}`,
  );
  view.cellDoes(cellName(cell), 'kept until Ctrl-C');
  const released = new AbortController();
  await Promise.race([interrupt.nextSignal(), abandoned(released.signal)]);
  released.abort();
}
