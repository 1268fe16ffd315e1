import { z } from 'zod';
import { membersOf, plainSchema, type DeclaredMember, type Members, type Observed } from './members.ts';
import { isOfSchema1, namesIn, storedObservations, valueAt, type StoredObservations } from './stored.ts';

/** The evidence that the cells of a scenario store. */
export interface Observations<Value> {
  members: readonly DeclaredMember[];
  /** Names of the members that a page shows before the others, in this order. */
  first: readonly string[];
  /** Reads what is stored, of schema 1 and 2, as the plain value. */
  reader: z.ZodType<Value>;
  /** The stored form of schema 2. */
  stored: z.ZodType;
  /** Makes the stored form of a plain value. @throws {RangeError} when it has a member that is not declared */
  store(value: Value): StoredObservations;
}

/** The plain value of observations. */
export type ValueOfObservations<Declared> = Declared extends Observations<infer Value> ? Value : never;

/**
 * Declares the evidence of a scenario.
 *
 * @param first members that a page shows before the others; a group stands for all its members
 */
export function defineObservations<const M extends Members>(
  members: M,
  first: readonly string[] = [],
): Observations<Observed<M>> {
  const declared = membersOf(members);
  const shape = declared.map(({ name, kind, optional }) => {
    const evidence = z.strictObject({ kind: z.literal(kind.kind), value: kind.schema });
    return [name, optional ? evidence.optional() : evidence];
  });
  return {
    members: declared,
    first: first.flatMap((group) => namesWithin(group, declared)),
    // `Observed` computes the type from the members that the schema is made of: the second schema checks nothing.
    reader: z.preprocess(
      (raw, context) => plainOf(raw, declared, context),
      plainSchema(members).pipe(z.custom<Observed<M>>()),
    ),
    stored: z.strictObject({ schema: z.literal(2), evidence: z.strictObject(Object.fromEntries(shape)) }),
    store: (value) => storedOf(value, declared),
  };
}

function namesWithin(group: string, declared: readonly DeclaredMember[]): string[] {
  const names = declared.map(({ name }) => name).filter((name) => name === group || name.startsWith(`${group}.`));
  if (names.length > 0) return names;
  throw new RangeError(`the observations have no member ${group} to be shown first`);
}

/** The plain value of stored observations, with an issue for each member that is not as declared. */
function plainOf(raw: unknown, declared: readonly DeclaredMember[], context: z.core.$RefinementCtx): unknown {
  if (isOfSchema1(raw)) return raw;
  const read = storedObservations.safeParse(raw);
  if (!read.success) {
    for (const { path, message } of read.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  }
  const plain: Record<string, unknown> = {};
  for (const [name, { kind, value }] of Object.entries(read.data.evidence)) {
    const wanted = declared.find((one) => one.name === name)?.kind.kind;
    if (wanted === kind) put(plain, name.split('.'), value);
    else {
      const message =
        wanted === undefined ? 'No such member is declared' : `Expected the kind ${wanted}, received ${kind}`;
      context.addIssue({ code: 'custom', path: [name], message });
    }
  }
  return plain;
}

function put(into: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    into[name] = value;
    return;
  }
  const group: Record<string, unknown> = {};
  Object.assign(group, into[name]);
  put(group, rest, value);
  into[name] = group;
}

function storedOf(plain: unknown, declared: readonly DeclaredMember[]): StoredObservations {
  const undeclared = namesIn(plain, declared).find((name) => declared.every((one) => one.name !== name));
  if (undeclared !== undefined) throw new RangeError(`the observations have ${undeclared}, which is not declared`);
  const evidence = declared.flatMap(({ name, kind }) => {
    const value = valueAt(plain, name);
    return value === undefined ? [] : [[name, { kind: kind.kind, value }]];
  });
  return { schema: 2, evidence: Object.fromEntries(evidence) };
}
