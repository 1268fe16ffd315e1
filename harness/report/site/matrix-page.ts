import { controlOf } from '../../core/cell.ts';
import { isControl, type CellHistory, type Entry } from '../../history/cells.ts';
import type { Column } from '../../history/columns.ts';
import type { Matrix } from '../../history/history.ts';
import type { Unreadable } from '../../history/ingest.ts';
import type { TrendState } from '../../history/trend.ts';
import { boundedEvidence } from '../../core/printable.ts';
import { invalidWords } from '../invalid-night.ts';
import { html, type Html } from '../markup/html.ts';
import { runLink } from './links.ts';
import { sparkline } from '../sparkline.ts';
import { shortDate, shortNumber, shortRevision, shortTime, slopeWords } from './numbers.ts';
import { pageOf } from './page.ts';
import { signOf, trendBadge } from '../markup/signs.ts';

/** Cells by nights: what is to be looked at first, then everything. */
export function matrixPage({ columns, rows }: Matrix, unreadable: readonly Unreadable[] = []): string {
  const controls = rows.filter(isControl);
  const byScenario = Map.groupBy(
    rows.filter((row) => !isControl(row)),
    ({ scenario }) => scenario,
  );
  const groups: [string, CellHistory[]][] = [
    ...(controls.length > 0 ? [['Controls', controls] satisfies [string, CellHistory[]]] : []),
    ...byScenario,
  ];
  const labels = new Map(columns.map((column) => [column.key, shortDate(column.startedAt)]));
  return pageOf({
    title: 'Matrix',
    toRoot: '',
    script: 'filters.js',
    body: html`<h1>Matrix</h1>
      <p>
        ${rows.length} cells over ${columns.length} nights and runs by hand, the newest on the right. Each entry is a
        link to its run: a sign, and the first slope of the verdict, or the time that the cell took. A cell is compared
        with itself on the same kind of machine alone.
      </p>
      ${columns
        .filter(({ invalidBecause }) => invalidBecause.length > 0)
        .map(
          ({ startedAt }) =>
            html`<p>
              <span class="badge bad"><span aria-hidden="true">✘</span> does not count</span> the night of
              ${shortDate(startedAt)}: its controls did not come out as they are known to.
            </p>`,
        )}
      ${leftOut(unreadable)} ${attention(rows, labels)}
      <form class="filters" id="filters" hidden aria-label="Filters"></form>
      <p id="shown" role="status"></p>
      <div class="scroll" role="region" aria-label="The matrix, which scrolls to the side" tabindex="0">
        <table class="matrix">
          <caption>
            What became of each cell
          </caption>
          <thead>
            <tr>
              <th scope="col">cell, and how it stands</th>
              ${columns.map(columnHead)}
            </tr>
          </thead>
          ${groups.map(([name, own]) => group(name, own, columns, labels))}
        </table>
      </div>
      ${legend()}`,
  });
}

/** Files that cannot be read: none of them is in the matrix. */
function leftOut(unreadable: readonly Unreadable[]): Html | string {
  if (unreadable.length === 0) return '';
  const items = unreadable.map(
    ({ kind, directory, why }) => html`<li>${kind} <code>${directory}</code>: ${boundedEvidence(why)}</li> `,
  );
  return html`<details open>
    <summary>
      <span class="badge broken"><span aria-hidden="true">!</span> could not be read</span> ${unreadable.length}
    </summary>
    <ul class="plain">
      ${items}
    </ul>
  </details>`;
}

function columnHead({ key, kind, label, startedAt, revision, kernels, builds, invalidBecause, state }: Column): Html {
  const names = [...new Set(builds.map(({ name }) => name))];
  return html`<th scope="col" id="${key}">
    <span class="nowrap">${shortDate(startedAt)}</span>
    <small>${kind === 'night' ? 'night' : 'by hand'}, ${label}${state === 'finished' ? '' : html` (${state})`}</small>
    <small>lab ${shortRevision(revision)}</small><small>${kernels.join(', ')}</small>${
      names.length > 0 ? html`<small>docker ${names.join(', ')}</small>` : ''
    }${
      invalidBecause.length > 0
        ? html`<small class="bad"
            ><span aria-hidden="true">✘</span> does not count: ${invalidBecause.map(invalidWords).join('; ')}</small
          >`
        : ''
    }
  </th>`;
}

function group(name: string, rows: CellHistory[], columns: readonly Column[], labels: Labels): Html {
  return html`<tbody>
    <tr class="group">
      <th scope="rowgroup" colspan="${columns.length + 1}"><span>${name}</span></th>
    </tr>
    ${rows.map((row) => rowOf(row, columns, labels))}
  </tbody> `;
}

function rowOf(row: CellHistory, columns: readonly Column[], labels: Labels): Html {
  const { scenario, machine, levels, trend } = row;
  const facts = JSON.stringify({ scenario, machine, stands: trend.state, ...levels });
  const entries = new Map(row.entries.map((entry) => [entry.column, entry]));
  const moved =
    trend.moved.length > 0 ? html` <span class="badge open"><span aria-hidden="true">↕</span> moved</span>` : '';
  return html`<tr data-facts="${facts}">
    <th scope="row">${nameOf(row)} ${trendBadge(trend.state)}${moved}${since(row, labels)}${course(row, columns)}</th>
    ${columns.map(({ key }) => cellOf(entries.get(key), row))}
  </tr> `;
}

/** When a failure began, beside the cell that has it. */
function since({ trend: { firstBad, lastGood } }: CellHistory, labels: Labels): Html | string {
  if (firstBad === undefined) return '';
  return html` <small>first bad ${dateOf(firstBad, labels)}, last good ${dateOf(lastGood, labels)}</small>`;
}

/** Slopes that make a course. */
const leastSlopes = 3;

/** The course of a cell's deciding slope over the columns that are shown, as bars, with its ends in figures. */
function course({ entries }: CellHistory, columns: readonly Column[]): Html | string {
  const shown = new Set(columns.map(({ key }) => key));
  const figures = entries
    .filter(({ column }) => shown.has(column))
    .flatMap(({ tries }) => tries.findLast(({ slopes }) => slopes.length > 0)?.slopes[0] ?? []);
  const [first, last] = [figures[0], figures.at(-1)];
  if (!first || !last || figures.length < leastSlopes) return '';
  const own = figures.filter(({ metric }) => metric === last.metric).map(({ slope }) => slope);
  const words = `${last.metric} over ${own.length} nights and runs: ${shortNumber(own[0] ?? 0)} at first, ${shortNumber(last.slope)} at last, at least ${shortNumber(Math.min(...own))}, at most ${shortNumber(Math.max(...own))}`;
  return html` <span class="spark" role="img" aria-label="${words}" title="${words}">${sparkline(own)}</span>`;
}

/** The dates of columns, by their keys. */
type Labels = ReadonlyMap<string, string>;

function dateOf(key: string | undefined, labels: Labels): string {
  return key === undefined ? 'never' : (labels.get(key) ?? key);
}

function nameOf({ scenario, machine, levels }: CellHistory): Html {
  const pairs = Object.entries(levels).map(
    ([factor, level]) => html`<span class="level"><span class="factor">${factor}</span> ${level}</span> `,
  );
  return html`${controlOf(levels) === undefined ? '' : html`<span class="level">${scenario}</span> `}${pairs}<span
      class="level machine"
      >${machine}</span
    >`;
}

function cellOf(entry: Entry | undefined, { hash }: CellHistory): Html {
  const last = entry?.tries.at(-1);
  if (!entry || !last) return html`<td class="empty"><span class="hidden">not tried</span></td>`;
  const { sign, mood, words } = signOf(entry.flaky ? 'flaky' : last.outcome);
  const [slope] = last.slopes;
  // What says nothing about the cell says so in words: its time would look like a figure.
  if (mood === 'broken') {
    return html`<td class="${mood}" data-outcome="${words}">
      <a href="${runLink(last.run, hash)}"><span aria-hidden="true">${sign}</span> ${words}</a>
    </td>`;
  }
  const tries = entry.tries.length > 1 ? html`<small>${entry.tries.length} tries</small>` : '';
  const number = slope ? `${shortNumber(slope.slope)} ${slope.unit}` : shortTime(last.seconds);
  const what = slope ? slopeWords(slope) : 'its time';
  return html`<td class="${mood}" data-outcome="${words}">
    <a href="${runLink(last.run, hash)}" title="${words}: ${what}"
      ><span aria-hidden="true">${sign}</span><span class="hidden">${words},</span> ${number}</a
    >${tries}
  </td>`;
}

/** States that need no attention. */
const calm: ReadonlySet<TrendState> = new Set<TrendState>(['passing', 'fixed', 'not applicable']);

/** Cells to look at first: broken, flipping, not tried for long, moved. */
function attention(rows: readonly CellHistory[], labels: Labels): Html {
  const worth = rows.filter(({ trend }) => !calm.has(trend.state) || trend.moved.length > 0);
  if (worth.length === 0) return html`<p>Every cell is as expected.</p>`;
  const items = worth.map(({ scenario, name, machine, trend }) => {
    const begun =
      trend.firstBad === undefined
        ? ''
        : html`; first bad ${dateOf(trend.firstBad, labels)}, last good ${dateOf(trend.lastGood, labels)}`;
    const moved = trend.moved.map(
      ({ before, now }) => html`; ${now.metric} moved from ${slopeWords(before)} to ${slopeWords(now)}`,
    );
    return html`<li>${trendBadge(trend.state)} ${scenario} <code>${name}</code> (${machine})${begun}${moved}</li> `;
  });
  return html`<details${worth.length <= 10 ? html` open` : ''}><summary>${worth.length} to look at</summary>
<ul class="plain">
${items}</ul></details>`;
}

function legend(): Html {
  const outcomes = ['as-expected', 'unexpected', 'flaky', 'inconclusive', 'not-applicable'] as const;
  const broken = ['boot-failed', 'infra-failed', 'not-finished'] as const;
  return html`<p class="legend">
    ${[...outcomes, ...broken].map((outcome) => {
      const { sign, mood, words } = signOf(outcome);
      return html`<span class="badge ${mood}"><span aria-hidden="true">${sign}</span> ${words}</span> `;
    })}
  </p>`;
}
