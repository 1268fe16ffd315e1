import type { Cell } from '../matrix/cell.ts';
import { fromOf } from '../report/run-report.ts';
import { shellCommand } from '../shell-command.ts';
import type { StoredRun } from '../store/read-run.ts';
import type { Environment } from './environment.ts';
import type { Evidence, JudgedCell } from './evidence.ts';
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

/** Longest lines of evidence, e.g. of a daemon's log, in characters; a whole log is in the run directory. */
const longest = 400;

/** The draft as Markdown, in the form of its tracker. */
export function draftOf(source: DraftSource): string {
  const { tracker, subject, evidence } = source;
  const sections = tracker.form.map(({ heading, parts }) => {
    const written = parts.map((part) => writers[part](source)).filter(Boolean);
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

const writers: Readonly<Record<Part, (source: DraftSource) => string>> = {
  description: ({ stored: { run } }) => run.claim,
  steps({ shown, stored: { run }, reproducer }) {
    const inLab = `In the lab that this was found with: \`${shellCommand(commandOf(run.scenario, shown.plan.cell, shown.plan.sizes))}\``;
    if (!reproducer) return inLab;
    return [
      `\`${reproducer.file}\`, which needs nothing but the programs themselves and root, shows it:`,
      block([...reproducer.usage]),
      inLab,
    ].join('\n\n');
  },
  observed: ({ shown }) => `What happens: **${escaped(shown.verdict.judgement.observed)}**.`,
  expected: ({ subject }) => subject.expected,
  'docker version': ({ environment, shown, stored }) => block(environment.dockerVersion) || buildLine(shown, stored),
  'docker info': ({ environment }) => block(environment.dockerInfo),
  kernel({ environment, stored: { run }, shown }) {
    const kernel = run.kernels?.find(({ name }) => name === shown.plan.cell['kernel']);
    const image = kernel?.sha256 === undefined ? '' : `, image sha256 ${kernel.sha256}`;
    const release = `Linux ${kernel?.release ?? run.machine.kernel}${image}`;
    const line = kernel ? [] : [`command line: ${run.machine.kernelCommandLine}`];
    return block([environment.uname || release, ...(environment.uname && kernel ? [release] : []), ...line]);
  },
  evidence({ shown, plots, stored }) {
    const { checks, figures = [] } = shown.verdict.judgement;
    const rows = checks.map(
      ({ what, observed, expected, asExpected }) =>
        `| ${cellText(what)} | ${cellText(observed)} | ${cellText(expected ?? 'not known')} | ${asExpected ? 'yes' : 'no'} |`,
    );
    const lines = [...new Set(checks.flatMap(({ evidence }) => evidence))]
      .filter(Boolean)
      .map((line) => line.slice(0, longest));
    return [
      `Measured on ${stored.run.startedAt.slice(0, 10)}, cell \`${shown.plan.name}\`:`,
      ['| what | observed | expected by the lab | the same |', '| --- | --- | --- | --- |', ...rows].join('\n'),
      block(figures),
      lines.length > 0 ? `Lines that show it:\n\n${block(lines)}` : '',
      ...plots.map((plot) => `![${plot}](${plot})`),
    ]
      .filter(Boolean)
      .join('\n\n');
  },
  tried({ evidence, stored, tracker }) {
    const rows = evidence.tried.map(({ version, outcome, cells, withBug }) => {
      const supported = tracker.supports ? ` | ${tracker.supports(version) ? 'yes' : 'no'}` : '';
      return `| ${version} | ${outcome} | ${withBug} of ${cells}${supported} |`;
    });
    const head = ['version', 'outcome', 'cells with it', ...(tracker.supports ? ['supported'] : [])];
    const newest = evidence.tried.find(({ withBug }) => withBug > 0)?.version;
    return [
      `Seen on ${newest}, the newest of ${evidence.tried.length} that were tried:`,
      [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`, ...rows].join('\n'),
      tracker.supported ? `Supported is what its maintainers look at: ${tracker.supported}.` : '',
      ...stored.run.builds.map((build) => `- ${build.version}: ${fromOf(build.origin)}, commit ${build.commit}`),
    ]
      .filter(Boolean)
      .join('\n\n')
      .replaceAll(/(^- .*)\n\n(?=- )/gm, '$1\n');
  },
  commits: ({ subject }) => subject.commits.map((commit) => `- ${commit}`).join('\n'),
  caveats({ evidence, shown, stored: { run } }) {
    const { reason, reference } = shown.verdict.judgement;
    const lines = [
      ...evidence.caveats,
      `Why the lab expects it: ${reason} (${reference}).`,
      `Made by dockerd-leak-lab ${run.lab.version}, revision ${run.lab.revision}: \`${shellCommand(run.commandLine)}\`.`,
    ];
    return lines.map((line) => `- ${escaped(line)}`).join('\n');
  },
};

/** The command that tries a cell alone, with these sizes of its protocol. */
export function commandOf(scenario: string, cell: Cell, sizes: Readonly<Record<string, number>> = {}): string[] {
  const { daemon, kernel, ...rest } = cell;
  const only = Object.entries(rest).map(([factor, level]) => `${factor}=${level}`);
  const size = Object.entries(sizes).map(([name, number]) => `${name}=${number}`);
  return [
    'npm',
    'run',
    'scenario',
    scenario,
    '--',
    ...(daemon === undefined ? [] : ['--daemon', daemon]),
    ...(kernel === undefined ? [] : ['--kernel', kernel]),
    ...(only.length > 0 ? ['--only', only.join(',')] : []),
    ...(size.length > 0 ? ['--size', size.join(',')] : []),
  ];
}

function buildLine({ plan }: JudgedCell, { run }: StoredRun): string {
  const build = run.builds.find(({ name }) => name === plan.cell['daemon']);
  return build ? block([`dockerd ${build.version}, build ${build.commit}: ${fromOf(build.origin)}`]) : '';
}

/** A code block whose fence is longer than any in it. */
function block(lines: string[]): string {
  if (lines.length === 0) return '';
  const text = lines.join('\n');
  const longestFence = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longestFence + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** Text that Markdown is not to take for markup. */
function escaped(text: string): string {
  return text.replaceAll(/([\\`*_{}[\]<>#|])/g, '\\$1');
}

function cellText(text: string): string {
  return escaped(text.replaceAll(/\s+/g, ' '));
}
