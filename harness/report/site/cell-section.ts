import { neededLevel } from '../../core/cell.ts';
import { valuesOf } from '../../evidence/registry.ts';
import type { Series } from '../../evidence/series.ts';
import type { Check } from '../../judge/check.ts';
import type { SlopeFigure } from '../../judge/verdict-record.ts';
import type { StoredCell, StoredRun } from '../../store/read-run.ts';
import { block } from '../markup/block.ts';
import { checkWords, summaryWords } from '../value-words.ts';
import { dosePlot } from './dose-plot.ts';
import type { CellEvidence } from './evidence.ts';
import { html, type Html } from '../markup/html.ts';
import { showEvidence } from '../kinds/show-evidence.ts';
import { badge, signOf } from '../markup/signs.ts';
import type { DrawnHeap } from '../../profile/draw-stored.ts';
import { checkTable } from './tables.ts';
import { timePlots } from './time-plot.ts';

/** A cell of a run, with what its page shows of it. */
export interface ShownCell {
  cell: StoredCell;
  evidence: CellEvidence;
  /** The links to its flame graphs, from its page. */
  flameGraphs: Partial<DrawnHeap>;
}

/** Everything about one cell. */
export function cellSection({ cell, evidence, flameGraphs }: ShownCell, { run }: StoredRun): Html {
  const { plan, verdict } = cell;
  const { judgement } = verdict ?? {};
  const { events, logs } = evidence;
  const series = valuesOf(evidence.evidence, 'dose-series').flat();
  const idle = valuesOf(evidence.evidence, 'idle-series').flat();
  const recovery = valuesOf(evidence.evidence, 'recovery-series').flat();
  const repeat = plan.repeat > 1 ? html`-${plan.repeat}` : '';
  const heading = `${plan.name}${plan.repeat > 1 ? ` (repeat ${plan.repeat})` : ''}`;
  const isReplica = run.builds.some(
    ({ name, origin }) => name === neededLevel(plan.cell, 'daemon') && origin.kind === 'replica',
  );
  return html`<section aria-labelledby="cell-${plan.hash}${repeat}">
    <h2 id="cell-${plan.hash}${repeat}">${heading}</h2>
    <p>
      ${badge(signOf(verdict?.outcome ?? 'not-finished'))}${isReplica ? html` <span class="badge open">replica</span>` : ''}
    </p>
    ${
      judgement
        ? html`<dl class="facts">
              <dt>observed</dt>
              <dd>${summaryWords(judgement.observed)}</dd>
              <dt>expected</dt>
              <dd>${summaryWords(judgement.expected)}</dd>
              <dt>because</dt>
              <dd>${judgement.reason} (${judgement.reference})</dd>
            </dl>
            ${checkTable(heading, judgement.checks)}`
        : ''
    }
    ${verdict?.failure === undefined ? '' : block('Why there is no verdict', verdict.failure.split('\n'), heading)}
    ${dosePlots(judgement?.slopes ?? [], series, idle)} ${timePlots(events, { series, recovery })}
    ${flamePicture('Growth of the heap since before the doses', flameGraphs.growth)}
    ${flamePicture('Heap after the doses', flameGraphs.after)}
    ${showEvidence(evidence.evidence, evidence.first, heading)}
    ${judgement?.figures?.length ? block('Figures', judgement.figures, heading) : ''}
    ${evidenceOf(judgement?.checks ?? [], heading)}
    ${logs.map(({ name, lines, more }) => block(`${name}${more ? ', its last lines' : ''}`, lines, heading))}
  </section>`;
}

function flamePicture(title: string, link: string | undefined): Html | undefined {
  if (link === undefined) return undefined;
  return html`<h3>${title}</h3>
    <p>
      <a href="${link}"
        ><img
          class="flame"
          src="${link}"
          alt="Flame graph: ${title}; opened by itself it tells each function"
          loading="lazy"
      /></a>
    </p>`;
}

function dosePlots(
  slopes: readonly SlopeFigure[],
  series: readonly Series[],
  idle: readonly Series[],
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
function evidenceOf(checks: readonly Check[], heading: string): Html | undefined {
  const lines = checks.flatMap((check) =>
    check.evidence.filter(Boolean).map((line) => `${checkWords(check)}: ${line}`),
  );
  return lines.length === 0 ? undefined : block('Evidence', lines, heading);
}
