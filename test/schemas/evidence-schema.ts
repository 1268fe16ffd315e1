import { z } from 'zod';
import { evidenceKinds } from '../../harness/evidence/registry.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;
type Units = (typeof evidenceKinds)[keyof typeof evidenceKinds]['units'];

/** The file of the kinds, beside the schemas that refer to it. */
export const evidenceFile = 'evidence.json';

/** All kinds of evidence as JSON Schema, each with its meaning, and each number in it with its unit. */
export function evidenceSchemas(): object {
  const definitions = Object.values(evidenceKinds).map(({ kind, meaning, units, schema }) => {
    const { $schema: _dialect, ...plain } = z.toJSONSchema(schema, { io: 'output' });
    describeNumbers(plain, units);
    return [kind, { description: typeof units === 'string' ? `${meaning} Unit: ${units}.` : meaning, ...plain }];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'evidence',
    description: 'The kinds of evidence in observations.json, by their codes.',
    $defs: Object.fromEntries(definitions),
  };
}

const kindOf: ReadonlyMap<unknown, string> = new Map(
  Object.values(evidenceKinds).map(({ kind, schema }) => [schema, kind]),
);

/** Replaces the schema of a kind, wherever it stands, by a reference to its definition. For {@link z.toJSONSchema}. */
export function referToKinds({ zodSchema, jsonSchema }: { zodSchema: unknown; jsonSchema: JsonSchema }): void {
  const kind = kindOf.get(zodSchema);
  if (kind === undefined) return;
  for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
  jsonSchema.$ref = `${evidenceFile}#/$defs/${kind}`;
}

/** Gives each member that has a unit a description with it. */
function describeNumbers(schema: JsonSchema, units: Units): void {
  if (typeof units === 'string') return;
  for (const one of schemasIn(schema)) {
    for (const [name, member] of Object.entries(one.properties ?? {})) {
      const unit = Object.hasOwn(units, name) ? units[name] : undefined;
      if (unit !== undefined && typeof member === 'object') member.description = `Unit: ${unit}.`;
    }
  }
}

/** A schema, and all that are in it. */
export function schemasIn(schema: JsonSchema): JsonSchema[] {
  const { properties = {}, items, anyOf = [], oneOf = [], additionalProperties } = schema;
  const inner = [...Object.values(properties), ...[items].flat(), ...anyOf, ...oneOf, additionalProperties];
  return [schema, ...inner.flatMap((one) => (typeof one === 'object' ? schemasIn(one) : []))];
}
