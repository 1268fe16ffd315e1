import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { ZodType } from 'zod';
import { z } from 'zod';
import { LabError, messageOf } from '../errors.ts';

/** Writes a JSON file whole or not at all. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  await writeFile(temporary, `${JSON.stringify(value, null, 2)}\n`);
  await rename(temporary, file);
}

/** Reads a JSON file and checks its shape. */
export async function readJson<T>(file: string, schema: ZodType<T>): Promise<T> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw unreadable(file, messageOf(error), error);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw unreadable(file, z.prettifyError(parsed.error), parsed.error);
  return parsed.data;
}

function unreadable(file: string, happened: string, cause: unknown): LabError {
  const failure = {
    doing: `reading ${file}`,
    expected: 'a file as this version of the lab writes it',
    happened,
    hint: 'a run that another version wrote is read with that version: run.json names its revision',
  };
  return new LabError(failure, { cause });
}
