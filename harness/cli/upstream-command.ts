import path from 'node:path';
import type { Command } from 'commander';
import { declaredOf } from '../../scenarios/index.ts';
import { UsageError } from '../core/errors.ts';
import type { Declared } from '../evidence/read-evidence.ts';
import { valuesOf } from '../evidence/registry.ts';
import { rememberDraft } from '../history/citations.ts';
import { named } from '../core/did-you-mean.ts';
import { exitCodes } from '../run/exit-code.ts';
import { makeDirectory } from '../store/make-directory.ts';
import { makeStored, writeStored } from '../store/write-stored.ts';
import { printable } from '../core/printable.ts';
import { findRun, readRun } from '../store/read-run.ts';
import { readEvidence } from '../report/site/evidence.ts';
import { draftOf } from '../upstream/draft.ts';
import { readEnvironment } from '../upstream/environment.ts';
import { weigh, type JudgedCell } from '../upstream/evidence.ts';
import { summaryWords } from '../report/value-words.ts';
import { reproducerOf } from '../upstream/reproducer.ts';
import { subjectOf, subjects } from '../upstream/subjects.ts';
import { trackers } from '../upstream/trackers.ts';
import { filePath, resultsOption } from './options.ts';

interface Options {
  tracker?: string;
  cell?: string;
  out: string;
  to?: string;
}

/** `lab upstream RUN` */
export function addUpstreamCommand(lab: Command, setExitCode: (code: number) => void): void {
  lab
    .command('upstream')
    .description('write a draft of a bug report from a stored run, with a script that shows the bug; nothing is sent')
    .argument('[run]', 'a run directory, SCENARIO or SCENARIO/START; the latest run when left out')
    .option(
      '--tracker <name>',
      `whose form: ${trackers.map(({ name }) => name).join(', ')}; by default who could mend it`,
    )
    .option('--cell <name>', 'the cell that it is about; by default the newest version that has the bug')
    .option('--to <dir>', 'where the draft goes; by default `upstream` in the run directory', filePath)
    .addOption(resultsOption('where runs are kept'))
    .action(async (run: string | undefined, options: Options) => setExitCode(await writeDraft(run, options)));
}

async function writeDraft(wanted: string | undefined, options: Options): Promise<number> {
  const stored = await readRun(await findRun(options.out, wanted));
  const { scenario } = stored.run;
  const subject = subjectOf(scenario);
  if (!subject) {
    const known = subjects.map((one) => one.scenario).join(', ');
    throw new UsageError(`Nothing of ${scenario} is a bug of anybody's: drafts are made of ${known}.`);
  }
  const tracker = named('tracker', options.tracker ?? subject.tracker, trackers);
  if (options.cell !== undefined)
    named(
      'cell',
      options.cell,
      stored.cells.map(({ plan }) => plan),
    );
  const evidence = weigh(stored, tracker, options.cell);
  const { shown, withheld } = evidence;
  if (!shown || withheld.length > 0) {
    const why = withheld.length > 0 ? withheld : ['no cell of the run was judged'];
    process.stderr.write(
      `There is no draft for ${tracker.of}: the evidence is too weak.\n${why.map((one) => `  ${one}\n`).join('')}`,
    );
    return exitCodes.inconclusive;
  }
  const [root, folder] = options.to === undefined ? [stored.directory, 'upstream'] : [options.to, ''];
  const directory = path.join(root, folder);
  const draftFile = path.join(directory, `${tracker.name}.md`);
  // First: a draft that is not recorded does not keep its evidence from `lab prune`.
  if (options.to !== undefined) await rememberDraft(stored.directory, draftFile);
  await makeDirectory(root);
  makeStored(root, folder);
  const write = (name: string, content: string, mode?: number) =>
    writeStored(root, path.join(folder, name), content, mode);
  const { plan, verdict } = shown;
  const reproducer = await reproducerOf(
    scenario,
    plan.cell,
    `${plan.name}: ${summaryWords(verdict.judgement.observed)}`,
  );
  const plots = await writePlots(shown, declaredOf(stored.run, plan), write);
  const draft = draftOf({
    stored,
    shown,
    evidence,
    environment: await readEnvironment(shown.directory),
    subject,
    tracker,
    plots,
    ...(reproducer && { reproducer }),
  });
  const files = [draftFile];
  write(path.basename(draftFile), printable(draft));
  if (reproducer) {
    write(reproducer.file, reproducer.script, 0o777);
    files.push(path.join(directory, reproducer.file));
  }
  files.push(...plots.map((plot) => path.join(directory, plot)));
  process.stdout.write(
    `A draft for ${tracker.of}, of ${plan.name}; nothing was sent:\n${files.map((file) => `  ${file}\n`).join('')}`,
  );
  return exitCodes.asExpected;
}

/** The slopes that were found to leak, and what has grown in the heap, as files beside the draft; returns their names. */
async function writePlots(
  cell: JudgedCell,
  declared: Declared | undefined,
  write: (name: string, content: string) => void,
): Promise<string[]> {
  const { verdict } = cell;
  const { evidence, flameGraphs } = await readEvidence(cell, declared);
  const [series, idle] = [valuesOf(evidence, 'dose-series').flat(), valuesOf(evidence, 'idle-series').flat()];
  const { doseSvg } = await import('../report/site/dose-plot.ts');
  const plots: string[] = [];
  for (const figure of verdict.judgement.slopes ?? []) {
    const own = series.find(({ metric }) => metric === figure.metric);
    if (!own || figure.verdict !== 'leak') continue;
    const calm = idle.find(({ metric }) => metric === figure.metric);
    const name = `dose-${figure.metric.replaceAll(/\W+/g, '-').slice(0, 100)}.svg`;
    write(name, doseSvg(figure, own, calm));
    plots.push(name);
  }
  // What has grown is the leak; a cell with one profile has only what is there.
  const heap = flameGraphs?.growth ?? flameGraphs?.after;
  if (heap) {
    write('heap.svg', heap);
    plots.push('heap.svg');
  }
  return plots;
}
