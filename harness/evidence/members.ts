import { z } from 'zod';
import type { EvidenceKind } from './kind.ts';
import type { KindName } from './registry.ts';

/** A kind that the registry lists. */
export type Kind = EvidenceKind<KindName>;

/** A member that not every cell has; made by {@link optional}. */
class Optional<Inner extends Kind | Members = Kind | Members> {
  readonly inner: Inner;
  constructor(inner: Inner) {
    this.inner = inner;
  }
}

/** Members of observations by name: evidence of a kind, or members that belong together. */
export interface Members {
  readonly [name: string]: Kind | Optional | Members;
}

/** Marks a member as one that not every cell has. */
export function optional<Inner extends Kind | Members>(inner: Inner): Optional<Inner> {
  return new Optional(inner);
}

/** The plain value of members, as a protocol returns it and a judge gets it. */
export type Observed<M> =
  M extends EvidenceKind<string, infer Value>
    ? Value
    : { -readonly [Name in keyof M as M[Name] extends Optional ? never : Name]: Observed<M[Name]> } & {
        -readonly [Name in keyof M as M[Name] extends Optional ? Name : never]?:
          (M[Name] extends Optional<infer Inner> ? Observed<Inner> : never) | undefined;
      };

/** A member that has a kind, with the way to it. */
export interface DeclaredMember {
  /** Names of groups and of the member, joined with dots: `notes.profiles.heap`. */
  name: string;
  kind: Kind;
  /** Whether a cell may be without it. */
  optional: boolean;
}

/** All members that have a kind, in their order. */
export function membersOf(members: Members, within: readonly string[] = [], inOptional = false): DeclaredMember[] {
  return Object.entries(members).flatMap(([own, member]) => {
    const way = [...within, own];
    const inner = innerOf(member);
    const mayBeAbsent = inOptional || inner !== member;
    return isKind(inner)
      ? [{ name: way.join('.'), kind: inner, optional: mayBeAbsent }]
      : membersOf(inner, way, mayBeAbsent);
  });
}

/** The schema of the plain value. */
export function plainSchema(members: Members): z.ZodObject {
  const shape = Object.entries(members).map(([name, member]) => {
    const inner = innerOf(member);
    const schema = isKind(inner) ? inner.schema : plainSchema(inner);
    return [name, inner === member ? schema : schema.optional()];
  });
  return z.strictObject(Object.fromEntries(shape));
}

function innerOf(member: Members[string]): Kind | Members {
  return member instanceof Optional ? member.inner : member;
}

function isKind(member: Kind | Members): member is Kind {
  return typeof member.kind === 'string';
}
