import { neededLevel } from '../core/cell.ts';
import { cellCommand } from '../report/cell-command.ts';
import { commandLineWords } from '../report/command-line-words.ts';
import { summaryWords } from '../report/value-words.ts';
import { fromOf } from '../store/origin.ts';
import { shellCommand } from '../core/shell-command.ts';
import type { StoredRun } from '../store/read-run.ts';
import { allFigures, measured } from './draft-evidence.ts';
import type { Environment } from './environment.ts';
import type { Evidence, JudgedCell } from './evidence.ts';
import { block, escaped, markdownTable } from './markdown.ts';
import { matrixTable } from './matrix-table.ts';
import type { Reproducer } from './reproducer.ts';
import type { Subject } from './subjects.ts';
import type { Part, Tracker } from './trackers.ts';

/** All that a draft is made of. */
export interface DraftSource {
  stored: StoredRun;
  shown: JudgedCell;
  evidence: Evidence;
  environment: Environment;
  subject: Subject;
  tracker: Tracker;
  reproducer?: Reproducer;
  /** Names of plots that lie beside the draft. */
  plots: readonly string[];
}

/** The draft as Markdown, in the form of its tracker. */
export function draftOf(source: DraftSource): string {
  const { tracker, subject, evidence } = source;
  const sections = tracker.form.map(({ heading, parts }) => {
    const written = parts.map((part) => writers[part](source, heading)).filter(Boolean);
    return `## ${heading}\n\n${written.join('\n\n') || 'Nothing was recorded.'}`;
  });
  const first = evidence.unsupported === undefined ? [] : [`> **${escaped(evidence.unsupported)}**`];
  return [
    `# ${subject.title}`,
    `<!-- A draft for ${tracker.of}. Nothing was sent. -->`,
    ...first,
    ...sections,
    '',
  ].join('\n\n');
}

const writers: Readonly<Record<Part, (source: DraftSource, heading: string) => string>> = {
  description: ({ stored: { run } }) => run.claim,
  steps({ subject, shown, stored: { run }, reproducer }) {
    const byHand = subject.steps(shown.plan.cell).map((step, index) => `${index + 1}. ${step}`);
    const inLab = `In the lab that this was found with: \`${shellCommand(cellCommand(run.scenario, shown.plan.cell, shown.plan.sizes, { module: run.module }))}\``;
    if (!reproducer) return [...(byHand.length > 0 ? [byHand.join('\n')] : []), inLab].join('\n\n');
    return [
      'By hand, on a machine of its own:',
      byHand.join('\n'),
      `The attached script \`${reproducer.file}\`, which needs root and nothing of the lab, shows it:`,
      block([...reproducer.usage]),
      inLab,
    ].join('\n\n');
  },
  observed: ({ subject, shown }) =>
    `What happens: ${subject.happens}\n\nIn the words of the lab: **${escaped(summaryWords(shown.verdict.judgement.observed))}**.`,
  expected: ({ subject: { expected } }, heading) => (/^expected/i.test(heading) ? expected : `Expected: ${expected}`),
  'docker version': ({ environment, shown, stored }) => block(environment.dockerVersion) || buildLine(shown, stored),
  'docker info': ({ environment }) => block(environment.dockerInfo),
  kernel({ environment, stored: { run }, shown }) {
    const kernel = run.kernels?.find(({ name }) => name === neededLevel(shown.plan.cell, 'kernel'));
    const image = kernel?.sha256 === undefined ? '' : `, image sha256 ${kernel.sha256}`;
    const release = `Linux ${kernel?.release ?? run.machine.kernel}${image}`;
    const line = kernel ? [] : [`command line: ${commandLineWords(run.machine.kernelCommandLine, false)}`];
    return block([environment.uname || release, ...(environment.uname && kernel ? [release] : []), ...line]);
  },
  evidence({ evidence, shown, plots, stored, tracker }) {
    const all = allFigures(shown).filter(Boolean).join('\n\n');
    const folded = `<details><summary>All figures</summary>\n\n${all}\n\n</details>`;
    return [
      `Measured on ${stored.run.startedAt.slice(0, 10)}, cell \`${shown.plan.name}\`:`,
      ...measured(shown, evidence.control, plots),
      all === '' || !tracker.folds ? all : folded,
    ]
      .filter(Boolean)
      .join('\n\n');
  },
  tried({ evidence, stored, tracker }) {
    const { supports } = tracker;
    const rows = evidence.tried.map(({ version, outcome, cells, withBug }) => [
      version,
      outcome,
      `${withBug} of ${cells}`,
      ...(supports ? [supports(version) ? 'yes' : 'no'] : []),
    ]);
    const newest = evidence.tried.find(({ withBug }) => withBug > 0)?.version;
    const count = evidence.tried.length;
    const builds = stored.run.builds.filter(({ origin }) => origin.kind !== 'replica');
    return [
      count === 1
        ? `Seen on ${newest}, the only version that was tried:`
        : `Seen on ${newest}, the newest of those that have it; ${count} versions were tried:`,
      markdownTable(['version', 'outcome', 'cells with it', ...(supports ? ['supported'] : [])], rows),
      tracker.supported ? `Supported is what its maintainers look at: ${tracker.supported}.` : '',
      builds.map((build) => `- ${build.version}: ${fromOf(build.origin)}, commit ${build.commit}`).join('\n'),
      'Cells with the bug, a cell being one combination of what was varied:',
      matrixTable(evidence.cells),
    ]
      .filter(Boolean)
      .join('\n\n');
  },
  commits: ({ subject }) => subject.commits.map((commit) => `- ${commit}`).join('\n'),
  caveats({ subject, evidence, shown, stored: { run } }) {
    const { reason, reference } = shown.verdict.judgement;
    const lines = [
      ...(subject.caveat === undefined ? [] : [subject.caveat]),
      ...evidence.caveats,
      `Why the lab expects it: ${reason} (${reference}).`,
    ];
    const made = `Made by dockerd-leak-lab ${run.lab.version}, revision ${run.lab.revision}:`;
    return [...lines.map((line) => `- ${escaped(line)}`), `- ${made} \`${shellCommand(run.commandLine)}\``].join('\n');
  },
};

function buildLine({ plan }: JudgedCell, { run }: StoredRun): string {
  const build = run.builds.find(({ name }) => name === neededLevel(plan.cell, 'daemon'));
  return build ? block([`dockerd ${build.version}, build ${build.commit}: ${fromOf(build.origin)}`]) : '';
}
