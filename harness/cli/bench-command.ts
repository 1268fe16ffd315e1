import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { execa } from 'execa';
import { quietly } from '../fetch/cache.ts';
import { describeBoots, measureBoots } from '../bench/boot-figures.ts';
import { measureClients } from '../bench/client-figures.ts';
import { describeDiagnosis, measureDiagnosis } from '../bench/diagnosis-figures.ts';
import { describeExecs, measureExecs } from '../bench/exec-figures.ts';
import { measureRun, type RunFigures } from '../bench/run-figures.ts';
import { showSeconds } from '../report/style.ts';
import { exitCodeOf, exitCodes } from '../run/exit-code.ts';
import { findRun, readRun, type StoredRun } from '../store/read-run.ts';
import { positive, requireEffect } from './options.ts';

/** Boots of each kind and kernel: some 8 s a round. */
const bootRounds = 7;

/** Cells in containers, of some 1.5 s each. */
const containerRounds = 7;

const start = path.join(import.meta.dirname, 'start.js');

/** `npm run bench` */
export function addBenchCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('bench')
    .description('measure how fast the lab is: the whole matrix of one build, from a warm cache')
    .option('--daemon <name>', 'which build', '20.10.24')
    .option('--cold', 'measure the main job from an empty cache instead')
    .option('--client', 'measure the client engine instead, side by side with a plain Python loop')
    .option('--boot', 'measure how a micro VM boots instead, in turn with the same kernel booted bare')
    .option('--container', 'measure how a cell in a container starts instead')
    .option('--exec', 'measure what one exec and one health check take instead, in turn with runc and nsenter')
    .option('--history', 'measure what pages ask of a history of 100,000 cells instead')
    .option('--diagnose', 'measure one collection on a large host instead, and 1,000 bundles')
    .option('--fleet', 'measure a fleet instead: what it costs a cell, and what more workers bring')
    .option('--cells <n>', 'cells that cost the fleet alone, with --fleet', positive(1_000_000), 100_000)
    .option('--workers <n>', 'simulated workers that run them, with --fleet', positive(1000), 50)
    .action(
      async (
        options: {
          daemon: string;
          cold?: true;
          client?: true;
          boot?: true;
          container?: true;
          exec?: true;
          history?: true;
          diagnose?: true;
          fleet?: true;
          cells: number;
          workers: number;
        },
        command: Command,
      ) => {
        // One thing is measured at a time, and a daemon has nothing to do with two of them.
        if (options.fleet) requireEffect(command, '--fleet', ['fleet', 'cells', 'workers']);
        else if (options.cold) requireEffect(command, '--cold', ['cold', 'daemon']);
        else if (options.client) requireEffect(command, '--client', ['client', 'daemon']);
        else if (options.container) requireEffect(command, '--container', ['container', 'daemon']);
        else if (options.exec) requireEffect(command, '--exec', ['exec', 'daemon']);
        else if (options.diagnose) requireEffect(command, '--diagnose', ['diagnose', 'daemon']);
        else if (options.boot) requireEffect(command, '--boot', ['boot']);
        else if (options.history) requireEffect(command, '--history', ['history']);
        else requireEffect(command, 'the whole matrix', ['daemon']);
        if (options.fleet) await benchFleet(options.cells, options.workers);
        else if (options.boot) await benchBoots();
        else if (options.container) await benchContainers(options.daemon);
        else if (options.exec)
          process.stdout.write(`${describeExecs(await measureExecs(options.daemon, quietly()))}\n`);
        else if (options.diagnose)
          process.stdout.write(`${describeDiagnosis(await measureDiagnosis(options.daemon, start))}\n`);
        else if (options.history) await benchHistory();
        else setExitCode(options.client ? await benchClient(options.daemon) : await bench(options));
      },
    );
}

async function bench({ daemon, cold }: { daemon: string; cold?: true }): Promise<number> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'lab-bench-'));
  try {
    const results = path.join(scratch, 'results');
    const words = ['netns-restore', '--out', results];
    if (!cold) {
      process.stdout.write('one cell first, so that the cache and the page cache are warm\n');
      await run([...words, '--daemon', daemon, '--only', 'mountFlags=unset,liveRestore=on,starts=fresh']);
    }
    const env: Record<string, string> = cold ? { DOCKERD_LEAK_LAB_CACHE: path.join(scratch, 'cache') } : {};
    const begin = performance.now();
    await run(cold ? words : [...words, '--daemon', daemon], env);
    const seconds = (performance.now() - begin) / 1000;
    const stored = await readRun(await findRun(results, 'netns-restore'));
    process.stdout.write(`${describe(stored, measureRun(stored), seconds)}\n`);
    return exitCodeOf(stored);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The engine against a loop over blocking sockets, on one stalled daemon. */
async function benchClient(daemon: string): Promise<number> {
  const { rounds, held } = await measureClients(daemon);
  const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const rate = (perSecond: number) => `${Math.round(perSecond).toLocaleString('en')} calls/s`;
  for (const { engine, python } of rounds) process.stdout.write(`engine ${rate(engine)}, python ${rate(python)}\n`);
  const ratio = mean(rounds.map(({ engine }) => engine)) / mean(rounds.map(({ python }) => python));
  process.stdout.write(
    `engine / python: ${ratio.toFixed(2)}\n` +
      `held open: ${held.calls}, of the engine's memory ${Math.round(held.bytesPerCall)} bytes a call, ` +
      `its longest turn ${held.longestTurn.toFixed(0)} ms\n`,
  );
  return exitCodes.asExpected;
}

/** A micro VM to its first answer against a bare boot to a shell, and against going on from a snapshot. */
async function benchBoots(): Promise<void> {
  for (const kernel of ['6.1', '5.10']) {
    const figures = await measureBoots(kernel, bootRounds, quietly());
    process.stdout.write(`${describeBoots(kernel, figures)}\n`);
  }
}

async function benchFleet(cells: number, workers: number): Promise<void> {
  const { measureFleet } = await import('../bench/fleet/fleet-figures.ts');
  const { describeFleet } = await import('../bench/fleet/describe-fleet.ts');
  const figures = await measureFleet(cells, workers, (line) => process.stdout.write(`${line}\n`));
  process.stdout.write(`${describeFleet(figures)}\n`);
}

async function benchHistory(): Promise<void> {
  const { describeHistory, measureHistory } = await import('../bench/history-figures.ts');
  process.stdout.write(`${describeHistory(measureHistory())}\n`);
}

async function benchContainers(daemon: string): Promise<void> {
  const { describeContainers, measureContainers } = await import('../bench/container-figures.ts');
  const figures = await measureContainers(daemon, containerRounds, quietly());
  process.stdout.write(`${describeContainers(figures)}\n`);
}

async function run(words: string[], env: Record<string, string> = {}): Promise<void> {
  // The same flags as ours: they bound the memory that is measured.
  const command = [...process.execArgv, start, 'scenario', ...words];
  const { exitCode } = await execa(process.execPath, command, { reject: false, stdio: 'inherit', env });
  if (exitCode !== exitCodes.asExpected)
    process.stderr.write(`the run to be measured ended with exit code ${exitCode}\n`);
}

function describe({ run: { jobs, cells } }: StoredRun, figures: RunFigures, seconds: number): string {
  const shares = Object.entries(figures.shares).map(([share, part]) => `${share} ${(part * 100).toFixed(1)} %`);
  return [
    '',
    `command to prompt: ${showSeconds(seconds)}`,
    `cells: ${cells.length}, ${jobs} side by side, slowest ${showSeconds(figures.slowest)}`,
    `run: ${showSeconds(figures.wall)} = ${figures.ratio.toFixed(2)} × slowest cell × ${figures.waves} waves`,
    `time of the cells: ${shares.join(', ')}`,
    `dockerd's own ticks, starts and stops: ${(figures.subject * 100).toFixed(1)} %`,
    `harness: at most ${Math.round(figures.harnessPeakBytes / (1 << 20))} MiB resident`,
  ].join('\n');
}
