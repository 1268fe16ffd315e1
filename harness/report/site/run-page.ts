import { controlOf } from '../../core/cell.ts';
import { boundedEvidence } from '../../core/printable.ts';
import { shellCommand } from '../../core/shell-command.ts';
import type { StoredCell, StoredRun } from '../../store/read-run.ts';
import { limitWords } from '../../core/limits.ts';
import { bugSentence, bugWords } from '../bug-words.ts';
import { cellCommand } from '../cell-command.ts';
import { commandLineWords } from '../command-line-words.ts';
import { fromOf } from '../../store/origin.ts';
import { summaryWords } from '../value-words.ts';
import { cellSection, type ShownCell } from './cell-section.ts';
import { groupCells, type CellGroup } from './cell-groups.ts';
import { runPicture } from './run-picture.ts';
import { folded } from '../markup/block.ts';
import { html, type Html, type Part } from '../markup/html.ts';
import { pageOf } from './page.ts';
import { shortDate, shortTime } from './numbers.ts';
import { badge, signOf } from '../markup/signs.ts';
import { table } from '../markup/table.ts';

/** All that a page of a run is made of. */
export interface RunPageSource {
  stored: StoredRun;
  cells: ShownCell[];
  /** The conclusion from all judged cells. */
  conclusion: readonly string[];
  /** Whether the host's kernel command line is shown whole. */
  isFull?: boolean;
  /** From the page to the report's directory. */
  toRoot: string;
}

/**
 * A run: the claim, the answer and the picture that shows it; then its cells, by what became of them; at the end, folded, where every number came from.
 */
export function runPage({ stored, cells, conclusion, isFull = false, toRoot }: RunPageSource): string {
  const { run } = stored;
  const replicas = run.builds.filter(({ origin }) => origin.kind === 'replica');
  const groups = groupCells(cells);
  const picture = runPicture(cells);
  return pageOf({
    title: `${run.scenario} ${shortDate(run.startedAt)}`,
    toRoot,
    body: html`<h1>${run.scenario}, ${shortDate(run.startedAt)} UTC</h1>
      <p>${run.claim}</p>
      <p class="answer">${bugSentence(cells.map(({ cell }) => cell)) ?? 'No cell of this run was judged.'}</p>
      ${
        run.state === 'finished'
          ? ''
          : html`<p>
              <span class="badge broken"><span aria-hidden="true">!</span> the run is ${run.state}</span>
            </p>`
      }
      ${replicas.map(
        ({ name }) =>
          html`<p>
            <span class="badge open"><span aria-hidden="true">!</span> replica</span> ${name} is a replica of the lab,
            and no docker.
          </p>`,
      )}
      ${damage(stored)} ${picture} ${conclusion.map((line) => html`<p>${line}</p>`)} ${contents(groups)}
      ${groups.map(
        ({ title, id, cells: own }) =>
          html`<h2 id="${id}">${title}</h2>
            ${table(
              `${title}: ${own.length} ${own.length === 1 ? 'cell' : 'cells'}`,
              ['cell', 'bug', 'verdict', 'observed', 'expected', 'time'],
              own.map(({ cell }) => rowOf(cell)),
            )}`,
      )}
      ${neverBegun(stored)} ${run.notes.map((note) => html`<p>${note}</p>`)}
      ${groups.flatMap((group) => group.cells).map((shown) => cellSection(shown, stored))}
      <h2 id="source">Source and commands</h2>
      ${folded('Where it comes from', provenance(stored, isFull))}
      ${folded(
        'To run it again',
        html`<pre tabindex="0" role="region" aria-label="The commands of the run">${commands(stored).join('\n')}</pre>`,
      )}`,
  });
}

/** The groups of cells, and each cell of those that are few. */
function contents(groups: readonly CellGroup[]): Html {
  return html`<nav aria-label="Contents">
    <ul class="plain">
      ${groups.map(({ title, id, cells }) => html`<li><a href="#${id}">${title}</a> (${cells.length})</li> `)}
      <li><a href="#source">Source and commands</a></li>
    </ul>
  </nav>`;
}

/** Files of the run that are left out of its page. */
function damage({ damaged = [] }: StoredRun): Html | string {
  if (damaged.length === 0) return '';
  return html`<p>
      <span class="badge broken"><span aria-hidden="true">!</span> could not be read</span> ${damaged.length}
      ${damaged.length === 1 ? 'file' : 'files'} of this run, which the page does without:
    </p>
    <ul class="plain">
      ${damaged.map(({ file, why }) => html`<li><code>${file}</code>: ${boundedEvidence(why)}</li> `)}
    </ul>`;
}

/** The page of a run that is in the history and cannot be shown. */
export function unreadablePage(run: string, why: string, toRoot: string): string {
  return pageOf({
    title: run,
    toRoot,
    body: html`<h1>${run}</h1>
      <p>
        <span class="badge broken"><span aria-hidden="true">!</span> could not be read</span>
      </p>
      <pre tabindex="0" role="region" aria-label="Why the run could not be read">${boundedEvidence(why)}</pre>`,
  });
}

function rowOf(cell: StoredCell): Part[] {
  const { plan, verdict } = cell;
  const { judgement } = verdict ?? {};
  const name = html`<a href="#cell-${plan.hash}${plan.repeat > 1 ? html`-${plan.repeat}` : ''}"
      >${breakable(plan.name)}</a
    >${plan.repeat > 1 ? ` (repeat ${plan.repeat})` : ''}`;
  return [
    name,
    bugWords(cell),
    badge(signOf(verdict?.outcome ?? 'not-finished')),
    judgement ? summaryWords(judgement.observed) : '–',
    judgement ? summaryWords(judgement.expected) : '–',
    verdict ? html`<span class="nowrap">${shortTime(verdict.seconds)}</span>` : '–',
  ];
}

/** A name of levels, which a narrow column may break between them. */
function breakable(name: string): Html[] {
  return name.split(/(?<=\/)/).map((level) => html`${level}<wbr />`);
}

function neverBegun({ run, cells }: StoredRun): Html | undefined {
  const begun = new Set(cells.map(({ plan }) => plan.name));
  const missing = run.cells.filter((name) => !begun.has(name));
  return missing.length === 0 ? undefined : html`<p>Not started: ${missing.join(', ')}.</p>`;
}

function provenance({ run, directory }: StoredRun, isFull: boolean): Html {
  const { machine, kernels = [], builds, lab, jobs } = run;
  const gibibytes = (machine.memoryBytes / 2 ** 30).toFixed(1);
  const facts: [string, Part][] = [
    [
      'machine',
      `${machine.machine}, ${machine.cpus} CPUs, ${gibibytes} GiB, cgroup v${machine.cgroupVersion ?? '?'}, ${jobs} cells side by side`,
    ],
    ['kernel of the host', machine.kernel],
    ['its command line', html`<code>${commandLineWords(machine.kernelCommandLine, isFull)}</code>`],
    ...kernels.map(({ name, release, sha256 }): [string, Part] => [
      `kernel ${name}`,
      sha256 === undefined ? `${release}…, as the box has it` : html`${release}, image sha256 <code>${sha256}</code>`,
    ]),
    ...builds.map(({ name, version, commit, origin, binaries }): [string, Part] => [
      `${origin.kind === 'replica' ? 'replica' : 'docker'} ${name}`,
      html`${version} build ${commit}:
      ${fromOf(origin)}${binaries.map(
        (binary) => html`<br /><code>${binary.name}</code> sha256 <code>${binary.sha256}</code>`,
      )}`,
    ]),
    ...machine.limits.map((limit): [string, Part] => ['limit of the machine', limitWords(limit)]),
    ['lab', html`${lab.version}, revision <code>${lab.revision}</code>, Node ${lab.node}`],
    ['started', run.startedAt],
    ['ended', run.endedAt ?? 'it has not ended'],
    ['directory', html`<code>${directory}</code>`],
  ];
  return html`<dl class="facts">
    ${facts.map(
      ([name, fact]) =>
        html`<dt>${name}</dt>
          <dd>${fact}</dd> `,
    )}
  </dl>`;
}

/** The whole run as it was called, and each cell alone. */
function commands({ run, cells }: StoredRun): string[] {
  const machine = run.machine.kind;
  const alone = cells
    .filter(({ plan }) => plan.repeat === 1 && controlOf(plan.cell) === undefined)
    .map(({ plan: { cell, sizes } }) =>
      shellCommand(cellCommand(run.scenario, cell, sizes, { machine, module: run.module })),
    );
  return ['# the run', shellCommand(run.commandLine), '# its cells, one by one', ...alone];
}
