import type { Command } from 'commander';
import { netnsRestore } from '../../scenarios/netns-restore/scenario.ts';
import { named } from '../core/did-you-mean.ts';
import { cacheDirectory } from '../fetch/cache.ts';
import { defaultDaemons } from '../fetch/known-builds.ts';
import { machineKinds } from '../machines/registry.ts';
import { openProgressView } from '../report/progress.ts';
import { screenOf } from '../report/screen.ts';
import { sideBySide } from '../report/side-by-side.ts';
import { tryReport } from '../report/try-report.ts';
import { exitCodeOf, exitCodes } from '../run/exit-code.ts';
import { inProcess } from '../run/in-process.ts';
import { startScenario } from '../run/start-scenario.ts';
import { readRun } from '../store/read-run.ts';
import { onInterrupt } from './interrupt.ts';
import { given, resultsOption } from './options.ts';

/** The two cells that show the bug of 1.13.1 on any docker. */
const pair = ['mountFlags=slave,unset', 'liveRestore=on', 'starts=restarted'];

/** `lab try` */
export function addTryCommand(lab: Command, setExitCode: (code: number) => void): void {
  lab
    .command('try')
    .description('see the bug and its control on a real docker, in half a minute')
    .option('--daemon <name>', 'a docker build; 1.13.1 when it is cached, else 20.10.24', given)
    .addOption(resultsOption('where runs are kept'))
    .action(async (options: { daemon?: string; out: string }) => setExitCode(await tryIt(options)));
}

async function tryIt({ daemon, out }: { daemon?: string; out: string }): Promise<number> {
  await using dispatcher = inProcess();
  const kind = named('machine', 'local', machineKinds);
  const unmet = await dispatcher.prepare(kind);
  if (unmet !== undefined) {
    process.stderr.write(`${unmet}\n`);
    return exitCodes.couldNotRun;
  }
  using interrupt = onInterrupt();
  const screen = screenOf(process.stdout);
  const [usual = ''] = daemon === undefined ? await defaultDaemons(cacheDirectory()) : [daemon];
  using view = openProgressView(process.stdout);
  const directory = await startScenario(netnsRestore, kind, {
    daemon: [usual],
    kernel: [],
    only: pair,
    not: [],
    repeat: 1,
    out,
    withoutControls: true,
    signal: interrupt.signal,
    view,
    dispatcher,
    tellPair: (judged) => view.say(`\n${sideBySide(judged, screen)}\n`),
  });
  if (directory === undefined) return exitCodes.couldNotRun;
  const stored = await readRun(directory);
  view[Symbol.dispose]();
  process.stdout.write(tryReport(stored, screen));
  return interrupt.exitCode ?? exitCodeOf(stored);
}
