import { z } from 'zod';
import { nightRecord } from '../../harness/store/night-record.ts';
import { eventRecord, planRecord, rejudgedRecord, runRecord, verdictRecord } from '../../harness/store/schema.ts';
import { scenarios } from '../../scenarios/index.ts';

/** A file that the lab stores, and its schema. */
interface StoredFile {
  /** Name of its schema's file in `docs/schema`, without the extension. */
  name: string;
  /** The file, below the results. */
  file: string;
  about: string;
  schema: z.ZodType;
}

const cell = 'SCENARIO/START/cells/CELL';

const files: readonly StoredFile[] = [
  { name: 'night', file: 'nights/START/night.json', about: 'The runs of a night.', schema: nightRecord },
  { name: 'run', file: 'SCENARIO/START/run.json', about: 'A run, and the origin of its figures.', schema: runRecord },
  { name: 'plan', file: `${cell}/plan.json`, about: 'A cell, before it is run.', schema: planRecord },
  { name: 'event', file: `${cell}/events.ndjson`, about: 'One line of the events of a cell.', schema: eventRecord },
  { name: 'verdict', file: `${cell}/verdict.json`, about: 'The result of a cell.', schema: verdictRecord },
  { name: 'rejudged', file: `${cell}/rejudged.json`, about: 'Later judgements of a cell.', schema: rejudgedRecord },
  ...scenarios.map(({ name, observations }) => ({
    name: `observations-${name}`,
    file: `${cell}/observations.json`,
    about: `Observations of a cell of ${name}.`,
    schema: observations,
  })),
];

/** The schemas of all stored files as JSON Schema (draft 2020-12): the name of each in `docs/schema` → the document. */
export function jsonSchemas(): ReadonlyMap<string, object> {
  return new Map(
    files.map(({ name, file, about, schema }) => {
      // A record of an older lab is completed while it is read; the schema is the one of records as they are written now.
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'output', override: dropPattern });
      return [`${name}.json`, { $schema, title: file, description: about, ...rest }];
    }),
  );
}

/** A date has its format: zod's pattern says the same in 200 characters. */
function dropPattern({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
}
