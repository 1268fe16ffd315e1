import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { planRecord } from '../../harness/store/schema.ts';
import { scratch } from '../support/scratch.ts';
import { validateStored } from '../support/stored-run.ts';
import { jsonSchemas } from './schemas.ts';

const plan = planRecord.parse({
  schema: 1,
  name: 'a=b',
  hash: '0',
  cell: { a: 'b' },
  scenario: 'mount-busy',
  repeat: 1,
});

test('every stored file has a schema with members', (t) => {
  for (const name of ['run.json', 'observations-netns-restore.json', 'evidence.json'])
    t.true(jsonSchemas().has(name), name);
  for (const [name, schema] of jsonSchemas()) {
    t.like(schema, { $schema: 'https://json-schema.org/draft/2020-12/schema' }, name);
    t.notDeepEqual(Object(schema).properties ?? Object(schema).$defs, {}, name);
  }
});

test('a stored file that differs from its schema is named, with the member', (t) => {
  const out = scratch(t);
  const file = path.join(out, 'plan.json');
  writeFileSync(file, JSON.stringify(plan));
  t.deepEqual(validateStored(out), { differences: [], files: 1 });

  writeFileSync(file, JSON.stringify({ ...plan, repeat: 0 }));
  t.deepEqual(validateStored(out).differences, [`${file}: data/repeat must be > 0`]);

  writeFileSync(path.join(out, 'observations.json'), '{}');
  writeFileSync(file, JSON.stringify({ ...plan, scenario: 'no-such' }));
  t.deepEqual(validateStored(out).differences, [
    `${path.join(out, 'observations.json')}: no schema observations-no-such`,
  ]);
});
