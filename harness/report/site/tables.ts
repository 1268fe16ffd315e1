import { netnsWords } from '../../probes/netns-files.ts';
import { shortName } from '../../profile/function-name.ts';
import type { ProfilesRecord } from '../../profile/record.ts';
import type { VerdictRecord } from '../../store/schema.ts';
import type { CellEvidence } from './evidence.ts';
import { html, type Html, type Part } from './html.ts';
import { badge, signOf } from './signs.ts';

/** A table that scrolls to the side by itself, so that a page never does. */
export function table(what: string, heads: readonly string[], rows: readonly (readonly Part[])[]): Html {
  return html`<div class="scroll" role="region" aria-label="${what}" tabindex="0">
    <table>
      <caption>
        ${what}
      </caption>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((part) => html`<td>${part}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div> `;
}

type Judged = NonNullable<VerdictRecord['judgement']>;

/** The observed values, each beside the expected one. */
export function checkTable(what: string, checks: Judged['checks']): Html {
  return table(
    `What was checked: ${what}`,
    ['what', 'observed', 'expected', 'verdict'],
    checks.map((check) => [
      check.what,
      check.observed,
      check.expected ?? 'not known yet',
      badge(signOf(check.undecided ? 'inconclusive' : check.asExpected ? 'as-expected' : 'unexpected')),
    ]),
  );
}

/** The callers that hold connections to the daemon. */
export function callerTable(what: string, { callers = [] }: CellEvidence['observed']): Html | undefined {
  if (callers.length === 0) return undefined;
  const rows = callers.map(({ pid, user, command, age, connections, container }) => [
    connections,
    pid,
    user,
    container?.name ?? container?.id.slice(0, 12) ?? '',
    `${age.toFixed(0)} s`,
    html`<code>${command}</code>`,
  ]);
  return html`<h3>Who is calling</h3>
    ${table(`Callers: ${what}`, ['connections', 'process', 'user', 'container', 'age', 'command'], rows)}`;
}

/** The state of each container's network namespace. */
export function netnsTable(what: string, { netnsFiles = [] }: CellEvidence['observed']): Html | undefined {
  if (netnsFiles.length === 0) return undefined;
  const rows = netnsFiles.map(({ path, magic, state }) => [
    html`<code>${path}</code>`,
    html`<code>${magic}</code>`,
    badge({ ...signOf(state === 'nsfs' ? 'as-expected' : 'unexpected'), words: netnsWords[state] }),
  ]);
  return html`<h3>Network namespaces</h3>
    ${table(`Network namespace files: ${what}`, ['file', 'stat -f -c %t', 'state'], rows)}`;
}

/** The growth of the daemon's heap, by the function that allocated it. */
export function topTable(what: string, { heap }: ProfilesRecord): Html | undefined {
  if (heap.growth.length === 0) return undefined;
  const bytes = (count: number) => Math.round(count).toLocaleString('en');
  const rows = heap.growth.map(({ function: name, flat, cum }) => [
    bytes(flat),
    bytes(cum),
    html`<code>${shortName(name)}</code>`,
  ]);
  return html`<h3>What has grown in the heap</h3>
    ${table(`Growth by function: ${what}`, ['flat bytes', 'cum bytes', 'function'], rows)}`;
}
