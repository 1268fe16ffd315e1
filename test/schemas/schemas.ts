import { z } from 'zod';
import { configRecord } from '../../harness/core/settings.ts';
import { diagnosisRecord } from '../../harness/diagnose/diagnose.ts';
import { fleetEventRecord } from '../../harness/fleet/coordinator/attempt-log.ts';
import { nightRecord } from '../../harness/store/night-record.ts';
import { eventRecord } from '../../harness/store/event.ts';
import { planRecord, rejudgedRecord, runRecord, verdictRecord } from '../../harness/store/schema.ts';
import { scenarios } from '../../scenarios/index.ts';
import { evidenceFile, evidenceSchemas, referToKinds } from './evidence-schema.ts';

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
  {
    name: 'config',
    file: 'dockerd-leak-lab.json',
    about: 'The config file: defaults for options that the environment and the command line leave open.',
    schema: configRecord,
  },
  {
    name: 'fleet-event',
    file: 'fleet.ndjson',
    about: 'A line of what a fleet did for the cells of a run.',
    schema: fleetEventRecord,
  },
  { name: 'night', file: 'nights/START/night.json', about: 'The runs of a night.', schema: nightRecord },
  { name: 'run', file: 'SCENARIO/START/run.json', about: 'A run, and the origin of its figures.', schema: runRecord },
  { name: 'plan', file: `${cell}/plan.json`, about: 'A cell, before it is run.', schema: planRecord },
  { name: 'event', file: `${cell}/events.ndjson`, about: 'One line of the events of a cell.', schema: eventRecord },
  { name: 'verdict', file: `${cell}/verdict.json`, about: 'The result of a cell.', schema: verdictRecord },
  { name: 'rejudged', file: `${cell}/rejudged.json`, about: 'Later judgements of a cell.', schema: rejudgedRecord },
  {
    name: 'diagnosis',
    file: 'an element of `diagnoses` in the output of lab diagnose --json',
    about: 'The diagnosis of one host.',
    schema: diagnosisRecord,
  },
  ...scenarios.map(({ name, observations }) => ({
    name: `observations-${name}`,
    file: `${cell}/observations.json`,
    about: `Observations of a cell of ${name}.`,
    schema: observations.stored,
  })),
];

/** The schemas of all stored files as JSON Schema (draft 2020-12): the name of each in `docs/schema` → the document. */
export function jsonSchemas(): ReadonlyMap<string, object> {
  const documents = files.map(({ name, file, about, schema }): [string, object] => {
    // A record of an older lab is completed while it is read; the schema is the one of records as they are written now.
    const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'output', override });
    return [`${name}.json`, { $schema, title: file, description: about, ...rest }];
  });
  return new Map([...documents, [evidenceFile, evidenceSchemas()]]);
}

function override(made: { zodSchema: unknown; jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const { jsonSchema } = made;
  // A date has its format: zod's pattern says the same in 200 characters.
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  referToKinds(made);
}
