import type { KnownBug, Sighting } from '../../history/known-bugs.ts';
import { distinctionWords } from '../bug-words.ts';
import { levelsWords } from '../factor-words.ts';
import { html, type Html, type Part } from '../markup/html.ts';
import { table } from '../markup/table.ts';
import { knownPage, runLink } from './links.ts';
import { shortDate } from './numbers.ts';
import { pageOf } from './page.ts';

/** A scenario in the index of what is known. */
export interface KnownScenario {
  name: string;
  claim: string;
  /** Where its expectations come from, in the runs that are shown. */
  references: readonly string[];
  bugs: readonly KnownBug[];
}

/** The index: what each scenario claims, and how its bugs stand. */
export function knownIndexPage(scenarios: readonly KnownScenario[]): string {
  return pageOf({
    title: 'What is known',
    toRoot: '',
    body: html`<h1>What is known</h1>
      <p>
        Each bug as the newest run of each cell shows it; nights that do not count are left out, and a replica is no
        docker. A bug is fixed since the first build without it when each later build that was tried is without it, too.
      </p>
      ${table(
        'The state of each bug',
        ['scenario', 'bug', 'open in', 'fixed since'],
        scenarios.flatMap(({ name, bugs }) => rowsOf(name, bugs)),
      )}`,
  });
}

function rowsOf(name: string, bugs: readonly KnownBug[]): Part[][] {
  const link = html`<a href="${encodeURI(knownPage(name))}">${name}</a>`;
  if (bugs.length === 0) return [[link, 'no run shows it', '–', '–']];
  return bugs.map((bug) => [link, whereWords(bug), openWords(bug), bug.fixedSince ?? '–']);
}

/** A scenario: its claim, its references, and what each docker and kernel did in the newest run that tried it. */
export function knownScenarioPage(
  { name, claim, references, bugs }: KnownScenario,
  shown: ReadonlySet<string>,
): string {
  return pageOf({
    title: `${name}: what is known`,
    toRoot: '../',
    body: html`<h1>${name}</h1>
      <p>${claim}</p>
      ${bugs.length === 0 ? html`<p>No run that counts shows the bug.</p>` : ''}
      ${bugs.map((bug) => bugSection(bug, shown))}
      ${
        references.length === 0
          ? ''
          : html`<h2>References</h2>
              <ul class="plain">
                ${references.map((reference) => html`<li>${reference}</li> `)}
              </ul>`
      }`,
  });
}

function bugSection(bug: KnownBug, shown: ReadonlySet<string>): Html {
  const { sightings, fixedSince, absentWith } = bug;
  const without = Object.entries(absentWith).map(([factor, levels]) => levelsWords(factor, levels));
  return html`<h2>${whereWords(bug)}</h2>
    <dl class="facts">
      <dt>open in</dt>
      <dd>${openWords(bug)}</dd>
      <dt>fixed since</dt>
      <dd>${fixedSince ?? 'no build that was tried'}</dd>
      <dt>not present with</dt>
      <dd>${without.length === 0 ? 'nothing that was tried' : without.join('; ')}</dd>
    </dl>
    ${table(
      `Newest runs: ${whereWords(bug)}`,
      [bug.subjects, 'bug', 'newest run'],
      sightings.map((sighting) => sightingRow(sighting, shown)),
    )}`;
}

function sightingRow({ subject, bug, run, hash, startedAt }: Sighting, shown: ReadonlySet<string>): Part[] {
  const date = shortDate(startedAt);
  return [
    subject,
    bug === 'present' ? html`<span class="badge bad"><span aria-hidden="true">●</span> present</span>` : 'not present',
    // Runs of nights that are not shown have no page.
    shown.has(run) ? html`<a href="../${runLink(run, hash)}">${date}</a>` : date,
  ];
}

function whereWords({ where }: KnownBug): string {
  return where.length === 0 ? 'in every cell' : distinctionWords(where);
}

function openWords({ openIn, sightings }: KnownBug): string {
  if (openIn.length > 0) return openIn.join(', ');
  return sightings.some(({ bug }) => bug === 'present') ? 'a replica alone' : '–';
}
