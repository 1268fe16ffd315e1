import { z } from 'zod';
import type { Observations } from './observations.ts';
import { evidenceKinds, isKindName, type Evidence, type KindName } from './registry.ts';
import { isOfSchema1, namesIn, storedObservations, valueAt } from './stored.ts';

/** The evidence of a cell. */
export interface ReadEvidence {
  evidence: Evidence[];
  /** Why a member is not among it, a line each that begins with the name of the member. */
  problems: string[];
}

/** Which members there are, and which a page shows first. */
export type Declared = Pick<Observations<unknown>, 'members' | 'first'>;

/**
 * Reads the evidence in stored observations, member by member: one that cannot be read does not hide the others. Of schema 2 each member names its
 * kind; of schema 1 the scenario that declares it does.
 *
 * @param declared undefined where no scenario of this lab has that name
 */
export function readEvidenceIn(raw: unknown, declared: Declared | undefined): ReadEvidence {
  const { named, problems } = isOfSchema1(raw) ? namedByScenario(raw, declared) : namedByThemselves(raw);
  const known = new Set(named.map(({ member }) => member));
  const read = named.map(({ member, kind, value }) =>
    isKindName(kind) ? parse(member, kind, value) : `${member}: no kind of evidence is called ${kind}`,
  );
  const members = declared?.members ?? [];
  const missing = members.filter(({ name, optional }) => !optional && !known.has(name));
  const others = named.flatMap(({ member, kind }) => {
    const wanted = members.find(({ name }) => name === member)?.kind.kind ?? kind;
    return wanted === kind || !isKindName(kind) ? [] : [`${member}: it is ${kind}, and has to be ${wanted}`];
  });
  return {
    evidence: inOrder(
      read.filter((one) => typeof one !== 'string'),
      declared?.first ?? [],
    ),
    problems: [
      ...problems,
      ...others,
      ...read.filter((one) => typeof one === 'string'),
      ...(problems.length === 0
        ? missing.map(({ name, kind }) => `${name}: it is missing, and has to be ${kind.kind}`)
        : []),
    ],
  };
}

interface Named {
  member: string;
  kind: string;
  value: unknown;
}

function namedByThemselves(raw: unknown): { named: Named[]; problems: string[] } {
  const read = storedObservations.safeParse(raw);
  if (!read.success) return { named: [], problems: [lineOf(read.error)] };
  const named = Object.entries(read.data.evidence).map(([member, evidence]) => ({ member, ...evidence }));
  return { named, problems: [] };
}

function namedByScenario(raw: unknown, declared: Declared | undefined): { named: Named[]; problems: string[] } {
  if (!declared) {
    return {
      named: [],
      problems: [
        'the kinds of its evidence are not known: they are of schema 1, and no scenario of this lab has that name',
      ],
    };
  }
  const named: Named[] = [];
  const problems: string[] = [];
  for (const member of namesIn(raw, declared.members)) {
    const found = declared.members.find(({ name }) => name === member);
    if (found) named.push({ member, kind: found.kind.kind, value: valueAt(raw, member) });
    else problems.push(`${member}: no such member is declared`);
  }
  return { named, problems };
}

function parse<Name extends KindName>(member: string, kind: Name, raw: unknown): Evidence<Name> | string {
  const read = evidenceKinds[kind].schema.safeParse(raw);
  return read.success ? { member, kind, value: read.data } : `${member}: ${lineOf(read.error)}`;
}

/** One line: of a value that is nothing but wrong there may be as many issues as it has bytes. */
function lineOf({ issues }: z.ZodError): string {
  const [first] = issues;
  const place = first && first.path.length > 0 ? ` at ${z.core.toDotPath(first.path)}` : '';
  return `${first?.message ?? 'not readable'}${place}${issues.length > 1 ? `, and ${issues.length - 1} more` : ''}`;
}

function inOrder(evidence: Evidence[], first: readonly string[]): Evidence[] {
  const place = ({ member }: Evidence) => (first.includes(member) ? first.indexOf(member) : first.length);
  return evidence.toSorted((a, b) => place(a) - place(b));
}
