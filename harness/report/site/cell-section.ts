import { boundedLine } from '../../core/printable.ts';
import type { SlopeFigure } from '../../judge/verdict-record.ts';
import type { StoredCell, StoredRun } from '../../store/read-run.ts';
import { dosePlot } from './dose-plot.ts';
import type { CellEvidence } from './evidence.ts';
import { html, type Html } from './html.ts';
import { badge, signOf } from './signs.ts';
import { callerTable, checkTable, netnsTable, topTable } from './tables.ts';
import { timePlots } from './time-plot.ts';

/** A cell of a run, with what its page shows of it. */
export interface ShownCell {
  cell: StoredCell;
  evidence: CellEvidence;
  /** The link to its flame graph, from its page. */
  flameGraph?: string;
}

/** Everything about one cell. */
export function cellSection({ cell, evidence, flameGraph }: ShownCell, { run }: StoredRun): Html {
  const { plan, verdict } = cell;
  const { judgement } = verdict ?? {};
  const { observed, events, logs } = evidence;
  const repeat = plan.repeat > 1 ? html`-${plan.repeat}` : '';
  const heading = `${plan.name}${plan.repeat > 1 ? ` (repeat ${plan.repeat})` : ''}`;
  const isReplica = run.builds.some(({ name, origin }) => name === plan.cell['daemon'] && origin.kind === 'replica');
  const profiles = observed.notes?.profiles;
  return html`<section aria-labelledby="cell-${plan.hash}${repeat}">
    <h2 id="cell-${plan.hash}${repeat}">${heading}</h2>
    <p>
      ${badge(signOf(verdict?.outcome ?? 'not-finished'))}${isReplica ? html` <span class="badge open">replica</span>` : ''}
    </p>
    ${
      judgement
        ? html`<dl class="facts">
              <dt>observed</dt>
              <dd>${judgement.observed}</dd>
              <dt>expected</dt>
              <dd>${judgement.expected}</dd>
              <dt>because</dt>
              <dd>${judgement.reason} (${judgement.reference})</dd>
            </dl>
            ${checkTable(heading, judgement.checks)}`
        : ''
    }
    ${verdict?.failure === undefined ? '' : block('Why there is no verdict', verdict.failure.split('\n'), heading)}
    ${dosePlots(judgement?.slopes ?? [], observed)} ${timePlots(events, observed)}
    ${profiles ? topTable(heading, profiles) : ''}
    ${
      flameGraph === undefined
        ? ''
        : html`<h3>Heap after the doses</h3>
            <p>
              <a href="${flameGraph}"
                ><img
                  class="flame"
                  src="${flameGraph}"
                  alt="Flame graph of the heap in use; opened by itself it tells each function"
                  loading="lazy"
              /></a>
            </p>`
    }
    ${callerTable(heading, observed)} ${netnsTable(heading, observed)}
    ${judgement?.figures?.length ? block('Figures', judgement.figures, heading) : ''}
    ${evidenceOf(judgement?.checks ?? [], heading)}
    ${logs.map(({ name, lines, more }) => block(`${name}${more ? ', its last lines' : ''}`, lines, heading))}
  </section>`;
}

function dosePlots(
  slopes: readonly SlopeFigure[],
  { series = [], idle = [] }: CellEvidence['observed'],
): Html | undefined {
  const drawn = slopes.flatMap((figure) => {
    const own = series.find(({ metric }) => metric === figure.metric);
    return own
      ? [
          dosePlot(
            figure,
            own,
            idle.find(({ metric }) => metric === figure.metric),
          ),
        ]
      : [];
  });
  return drawn.length === 0
    ? undefined
    : html`<h3>Dose and response</h3>
        <div class="plots">${drawn}</div>`;
}

/** Log lines and commands that show what the checks say. */
function evidenceOf(checks: readonly { what: string; evidence: string[] }[], heading: string): Html | undefined {
  const lines = checks.flatMap(({ what, evidence }) => evidence.filter(Boolean).map((line) => `${what}: ${line}`));
  return lines.length === 0 ? undefined : block('Evidence', lines, heading);
}

/** Lines of a block that are shown, the last: figures have a dozen, and the log of a failure some 50. */
const mostLines = 2000;

function boundedBlock(lines: readonly string[]): string {
  const left = lines.length - mostLines;
  const shown = lines.slice(-mostLines).map(boundedLine);
  return [...(left > 0 ? [`… ${left} more lines before these`] : []), ...shown].join('\n');
}

/** Lines as they are, folded up, in a box that scrolls by itself. */
function block(heading: string, lines: readonly string[], cell: string): Html {
  return html`<details>
    <summary>${heading}</summary>
    <pre tabindex="0" role="region" aria-label="${heading}: ${cell}">${boundedBlock(lines)}</pre>
  </details> `;
}
