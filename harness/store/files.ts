import path from 'node:path';
import type { ZodType } from 'zod';
import { z } from 'zod';
import { LabError, messageOf } from '../core/errors.ts';
import { boundedEvidence } from '../core/printable.ts';
import { readStored } from './stored-file.ts';
import { writeStored } from './write-stored.ts';

/** Writes a JSON file whole or not at all; a link of that name is replaced, and not followed. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  writeStored(path.dirname(file), path.basename(file), `${JSON.stringify(value, null, 2)}\n`);
  await Promise.resolve();
}

/** Reads a JSON file, which is a regular one of a size that the lab writes, and checks its shape. */
export async function readJson<T>(file: string, schema: ZodType<T>): Promise<T> {
  const value = await readJsonBeneath(path.dirname(file), path.basename(file), schema);
  if (value === undefined) throw unreadable(file, 'there is no such file');
  return value;
}

/** As {@link readJson}, of a file below a root on the way to which no link is followed; undefined when there is none. */
export async function readJsonBeneath<T>(root: string, name: string, schema: ZodType<T>): Promise<T | undefined> {
  const file = path.join(root, name);
  let value: unknown;
  try {
    const text = readStored(root, name);
    if (text === undefined) return undefined;
    value = JSON.parse(text.toString());
  } catch (error) {
    throw unreadable(file, error instanceof LabError ? error.failure.happened : messageOf(error), error);
  }
  const parsed = await schema.safeParseAsync(value);
  if (!parsed.success) throw unreadable(file, boundedEvidence(prettified(parsed.error)), parsed.error);
  return parsed.data;
}

/** Of a file that is nothing but wrong there may be as many issues as it has bytes. */
function prettified(error: z.ZodError): string {
  return z.prettifyError(new z.ZodError(error.issues.slice(0, 10)));
}

function unreadable(file: string, happened: string, cause?: unknown): LabError {
  const failure = {
    doing: `reading ${file}`,
    expected: 'a file as this version of the lab writes it',
    happened,
    hint: 'a run that another version wrote is read with that version: run.json names its revision',
  };
  return new LabError(failure, { cause });
}
