import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { z } from 'zod';
import { scratch } from '../../test/support/scratch.ts';
import { LabError } from '../core/errors.ts';
import { readJson, writeJson } from './files.ts';

const schema = z.strictObject({ schema: z.literal(1), cells: z.array(z.string()) });

test('what is written is read again, and nothing else is left', async (t) => {
  const directory = scratch(t);
  const file = path.join(directory, 'run.json');
  await writeJson(file, { schema: 1, cells: ['a', 'ü'] });
  t.is(await readFile(file, 'utf8'), '{\n  "schema": 1,\n  "cells": [\n    "a",\n    "ü"\n  ]\n}\n');
  t.deepEqual(await readJson(file, schema), { schema: 1, cells: ['a', 'ü'] });
  t.deepEqual(await readdir(directory), ['run.json']);
});

test('writers side by side leave a whole file, the one or the other', async (t) => {
  const directory = scratch(t);
  const file = path.join(directory, 'run.json');
  const values = ['a', 'b'].map((letter) => ({ schema: 1, cells: [letter.repeat(200_000)] }));
  await Promise.all(values.map((value) => writeJson(file, value)));
  const read = await readJson(file, schema);
  t.true(values.some(({ cells }) => cells[0] === read.cells[0]));
  t.deepEqual(await readdir(directory), ['run.json']);
});

test('what cannot be written leaves the file as it was', async (t) => {
  const directory = scratch(t);
  const file = path.join(directory, 'run.json');
  await writeJson(file, { schema: 1, cells: [] });
  await t.throwsAsync(writeJson(file, { schema: 1, cells: [1n] }), {
    message: 'Do not know how to serialize a BigInt',
  });
  t.deepEqual(await readJson(file, schema), { schema: 1, cells: [] });
  t.deepEqual(await readdir(directory), ['run.json']);
});

const cannotRead = test.macro(async (t, content: string | undefined, happened: (file: string) => string) => {
  const file = path.join(scratch(t), 'run.json');
  if (content !== undefined) await writeFile(file, content);
  await t.throwsAsync(readJson(file, schema), {
    instanceOf: LabError,
    message: `reading ${file}: ${happened(file)}
  expected: a file as this version of the lab writes it
  what you can do: a run that another version wrote is read with that version: run.json names its revision`,
  });
});

test('no file', cannotRead, undefined, () => 'there is no such file');
test('an empty file', cannotRead, '', () => 'Unexpected end of JSON input');
test(
  'half a file',
  cannotRead,
  '{"schema": 1, "cel',
  () => 'Unterminated string in JSON at position 18 (line 1 column 19)',
);
test(
  'a file of another version',
  cannotRead,
  '{"schema": 2, "cells": [], "new": true}',
  () => '✖ Unrecognized key: "new"\n✖ Invalid input: expected 1\n  → at schema',
);
test(
  'a file of another shape',
  cannotRead,
  '{"schema": 1, "cells": ["a", 2]}',
  () => '✖ Invalid input: expected string, received number\n  → at cells[1]',
);
