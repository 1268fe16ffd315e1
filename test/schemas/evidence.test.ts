import test from 'ava';
import { z } from 'zod';
import { evidenceKinds } from '../../harness/evidence/registry.ts';
import { scenarios } from '../../scenarios/index.ts';
import { schemasIn } from './evidence-schema.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Whether a value is a number, or has nothing but numbers in it. */
function isOfNumbers(schema: JsonSchema['items']): boolean {
  if (typeof schema !== 'object' || Array.isArray(schema)) return false;
  const { type, const: only, anyOf, items, additionalProperties, properties } = schema;
  if (type === 'number' || type === 'integer' || typeof only === 'number') return true;
  if (anyOf) return anyOf.every(isOfNumbers);
  return isOfNumbers(items) || (properties === undefined && isOfNumbers(additionalProperties));
}

test('each kind has a code and a sentence, each number a unit, and each unit a number', (t) => {
  for (const { kind, meaning, units, schema } of Object.values(evidenceKinds)) {
    t.regex(kind, /^[a-z][a-z\d]*(?:-[a-z][a-z\d]*)*$/, kind);
    t.regex(meaning, /^[A-Z].*[^.]\.$/, kind);
    const plain = z.toJSONSchema(schema, { io: 'output' });
    const members = schemasIn(plain).flatMap(({ properties = {} }) => Object.entries(properties));
    const numbers = members.filter(([, member]) => isOfNumbers(member)).map(([name]) => name);
    t.is(typeof units === 'string', isOfNumbers(plain), kind);
    if (typeof units !== 'string') t.deepEqual(Object.keys(units).toSorted(), [...new Set(numbers)].toSorted(), kind);
  }
});

test('each kind is evidence of some scenario', (t) => {
  const declared = scenarios.flatMap(({ observations }) => observations.members.map(({ kind }) => kind.kind));
  t.deepEqual([...new Set(declared)].toSorted(), Object.keys(evidenceKinds).toSorted());
});
