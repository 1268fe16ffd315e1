import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const directory = path.resolve(import.meta.dirname, '../../docs/schema');

/**
 * Validates every stored file below `out` against the published schemas of docs/schema, as another program would do it.
 *
 * @returns the differences, each with its file, and the number of files that were validated
 */
export function validateStored(out: string): { differences: string[]; files: number } {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  addFormats.default(ajv);
  const schemas = readdirSync(directory);
  // By their names, as they refer to each other.
  for (const file of schemas) ajv.addSchema(JSON.parse(readFileSync(path.join(directory, file), 'utf8')), file);
  const validators = new Map(schemas.map((file) => [path.basename(file, '.json'), ajv.getSchema(file)]));
  const differences: string[] = [];
  let files = 0;
  const validate = (schema: string, file: string, text: string) => {
    const valid = validators.get(schema);
    files++;
    if (!valid) differences.push(`${file}: no schema ${schema}`);
    else if (!valid(JSON.parse(text))) differences.push(`${file}: ${ajv.errorsText(valid.errors)}`);
  };
  for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const text = () => readFileSync(file, 'utf8');
    if (/^(?:run|night|plan|verdict|rejudged)\.json$/.test(entry.name))
      validate(path.basename(entry.name, '.json'), file, text());
    if (entry.name === 'observations.json') validate(`observations-${scenarioOf(entry.parentPath)}`, file, text());
    if (entry.name === 'events.ndjson')
      for (const line of text().split('\n').filter(Boolean)) validate('event', file, line);
  }
  return { differences, files };
}

/** Asserts that `out` has stored files, and that each is valid against its published schema. */
export function assertStored(t: ExecutionContext, out: string): void {
  const { differences, files } = validateStored(out);
  t.deepEqual(differences, []);
  t.true(files > 0, `no stored file below ${out}`);
}

/** The scenario of a cell, as its plan has it. */
function scenarioOf(cell: string): string {
  const { scenario }: { scenario: string } = JSON.parse(readFileSync(path.join(cell, 'plan.json'), 'utf8'));
  return scenario;
}
