import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Diagnosis } from '../../diagnose/diagnose.ts';
import { findingStates, type Finding, type FindingState } from '../../diagnose/model/finding.ts';
import { html, trusted, type Part } from '../markup/html.ts';
import { factLine } from './facts.ts';
import { shownProblems, totalsOf, worstFirst, type UnreadHost } from './fleet-report.ts';
import {
  culpritLine,
  missingWords,
  problemWords,
  rateLine,
  remedyEffect,
  remedyWords,
  stateWords,
  statusWords,
} from './words.ts';
import { typedCommand } from '../../core/typed-command.ts';

const asset = (name: string) => readFileSync(path.join(import.meta.dirname, name), 'utf8');
const [style, filter] = [asset('diagnosis.css'), asset('filter.js')];

/** Hashes for the Content-Security-Policy, of each character between the tags: what a bundle says is never obeyed, even if it were markup. */
function digest(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** The diagnoses as one page that needs no other file and no network. With several hosts it has a table that can be filtered. */
export function diagnosisPage(diagnoses: readonly Diagnosis[], unread: readonly UnreadHost[]): string {
  const hosts = worstFirst(diagnoses);
  const many = hosts.length > 1;
  const title = many ? totalsOf(hosts, unread.length) : `Diagnosis of ${hosts[0]?.host ?? 'no host'}`;
  const policy = `default-src 'none'; style-src ${digest(style)}; script-src ${digest(filter)}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title} · dockerd-leak-lab</title>
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${many ? fleetTable(hosts) : undefined} ${hosts.map((host, index) => section(host, index, many))}
          ${unread.map(
            ({ source, why }) =>
              html`<h2>${source}: could not be read</h2>
                <pre>${why}</pre>`,
          )}
        </main>
        ${many ? trusted(`<script>${filter}</script>`) : undefined}
      </body>
    </html> `.text;
}

function fleetTable(hosts: readonly Diagnosis[]): Part {
  const columns = shownProblems(hosts);
  return html`<div class="filters">
      <label>Text <input id="filter-text" type="search" /></label>
      <label
        >State
        <select id="filter-state">
          <option value="">all</option>
          ${findingStates.map((state) => html`<option value="${state}">${stateWords[state].word}</option>`)}
        </select></label
      >
      <output id="shown"></output>
    </div>
    <div class="wide" tabindex="0" role="region" aria-label="Hosts and problems">
      <table>
        <thead>
          <tr>
            ${['Host', 'State', 'Docker', 'Kernel', ...columns.map((one) => problemWords[one].title)].map((word) => html`<th scope="col">${word}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${hosts.map(({ host, state, docker, kernel, findings }, index) => {
            const states = new Map(findings.map((finding) => [finding.problem, finding.state]));
            return html`<tr data-state="${state}">
              <th scope="row"><a href="#host-${index}">${host}</a></th>
              <td>${signed(state)}</td>
              <td>${docker ?? '–'}</td>
              <td>${kernel ?? '–'}</td>
              ${columns.map((one) => html`<td>${signed(states.get(one) ?? 'unknown')}</td>`)}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
}

function signed(state: FindingState): Part {
  const { sign, word } = stateWords[state];
  return html`<span class="${state}">${sign} ${word}</span>`;
}

function section(
  { host, docker, kernel, os, time, findings, facts, problems, incomplete }: Diagnosis,
  index: number,
  many: boolean,
): Part {
  const about = [docker && `docker ${docker}`, kernel && `kernel ${kernel}`, os, time].filter(Boolean).join(' · ');
  const detailed = findings.filter(({ state }) => state === 'affected' || state === 'exposed');
  const others = findings.filter((finding) => !detailed.includes(finding));
  const body = html`<p>${about}</p>
    ${detailed.map(findingPart)}
    <ul>
      ${others.map(({ problem, state, missing }) => {
        const why = missing.map(({ file, because }) => `${file}: ${missingWords[because]}`).join('; ');
        return html`<li>${signed(state)} ${problemWords[problem].title}${why === '' ? '' : ` (${why})`}</li>`;
      })}
      ${facts.map((fact) => html`<li>${factLine(fact)}</li>`)}
      ${problems.map(({ file, line, expected, found }) => html`<li>${file}${line === undefined ? '' : `, line ${line}`}: expected ${expected}, found “${found}”</li>`)}
      ${incomplete.map(({ file, status, what }) => html`<li>${file} (${what}): ${statusWords[status]}</li>`)}
    </ul>`;
  if (!many) return body;
  return html`<details id="host-${index}">
    <summary>
      <strong>${host}</strong>
      ${detailed.map(({ problem, state }) => html`<span class="${state}"> ${stateWords[state].sign} ${problemWords[problem].title}</span>`)}
    </summary>
    ${body}
  </details>`;
}

function findingPart({ problem, state, follows, facts, rates, culprits, remedies, reproduce }: Finding): Part {
  const { title, meaning } = problemWords[problem];
  return html`<h2>${signed(state)} ${title}</h2>
    <p>${meaning}.</p>
    <ul>
      ${facts.map((fact) => html`<li><pre>${factLine(fact)}</pre></li>`)}
    </ul>
    ${
      rates.length > 0
        ? html`<h3>Growth</h3>
            <ul>
              ${rates.map((rate) => html`<li>${rateLine(rate)}</li>`)}
            </ul>`
        : undefined
    }
    ${
      culprits.length > 0
        ? html`<h3>Who</h3>
            <ul>
              ${culprits.map((culprit) => html`<li>${culpritLine(culprit)}</li>`)}
            </ul>`
        : undefined
    }
    ${follows ? html`<p>What to do: see ${problemWords[follows].title}, from which it follows.</p>` : undefined}
    ${
      remedies.length > 0
        ? html`<h3>What to do, best first</h3>
            <ol>
              ${remedies.map(
                (remedy) =>
                  html`<li>
                    ${remedyWords[remedy.name]}: ${remedyEffect(remedy)} (${remedy.source})
                    <pre>${remedy.commands.join('\n')}</pre>
                  </li>`,
              )}
            </ol>`
        : undefined
    }
    ${
      reproduce
        ? html`<h3>See it in the lab</h3>
            <pre>${typedCommand(...reproduce)}</pre>`
        : undefined
    }`;
}
