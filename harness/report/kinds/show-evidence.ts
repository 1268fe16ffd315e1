import type { Evidence, KindName } from '../../evidence/registry.ts';
import { folded } from '../markup/block.ts';
import { html, type Html, type Part } from '../markup/html.ts';
import { renderers } from './renderers.ts';

/** The evidence of a cell: the members that its scenario shows first, and all others folded up. */
export function showEvidence(evidence: readonly Evidence[], first: ReadonlySet<string>, cell: string): Part {
  const shown = evidence.map((one) => {
    const alike = evidence.filter(({ kind }) => kind === one.kind).map(({ member }) => member);
    return show(one, labelOf(one.member, alike), cell);
  });
  const isFirst = ({ member }: Shown) => first.has(member);
  const [open, others] = [shown.filter(isFirst), shown.filter((one) => !isFirst(one))];
  return [
    factList(open),
    ...open.map(
      ({ title, section }) =>
        section &&
        html`<h3>${title}</h3>
          ${section}`,
    ),
    ...others.map(({ title, section }) => section && folded(title, section)),
    others.some(({ fact }) => fact !== undefined) ? folded('More facts', html`${factList(others)}`) : undefined,
  ];
}

interface Shown {
  member: string;
  title: string;
  fact?: Part;
  section?: Html;
}

function show<Name extends KindName>({ member, kind, value }: Evidence<Name>, label: string, cell: string): Shown {
  const renderer = renderers[kind];
  const title = label === '' ? renderer.title : `${renderer.title}: ${label}`;
  if ('fact' in renderer) return { member, title, fact: renderer.fact(value) };
  const section = renderer.section(value, label === '' ? cell : `${label}, ${cell}`);
  // An empty list is an observation, too.
  return section ? { member, title, section } : { member, title, fact: 'none' };
}

function factList(shown: readonly Shown[]): Html | undefined {
  const facts = shown.filter(({ fact }) => fact !== undefined);
  if (facts.length === 0) return undefined;
  return html`<dl class="facts">
    ${facts.map(
      ({ title, fact }) =>
        html`<dt>${title}</dt>
          <dd>${fact}</dd> `,
    )}
  </dl>`;
}

/**
 * The part of a member's name that differs from the others of its kind, in words; nothing where it is the only one. Of `lost.netnsFiles` beside `restarted.netnsFiles` it is
 * “lost”, of `outageSeconds` beside `seconds` “outage seconds”.
 */
function labelOf(member: string, alike: readonly string[]): string {
  const parts = member.split('.');
  const others = alike.map((name) => name.split('.'));
  const differs = (at: number) => others.some((other) => other.at(at) !== parts.at(at));
  const begin = parts.findIndex((_part, at) => differs(at));
  const end = parts.findLastIndex((_part, at) => differs(at - parts.length));
  return parts
    .slice(begin === -1 ? parts.length : begin, end + 1)
    .map((part) => part.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))
    .join(', ');
}
