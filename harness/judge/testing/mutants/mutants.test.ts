import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { mutants } from './mutants.ts';

test('every mutant can be made: its text is in its file, once', (t) => {
  for (const { file, text, becomes } of mutants) {
    const source = readFileSync(path.resolve(import.meta.dirname, '../..', file), 'utf8');
    t.is(source.split(text).length - 1, 1, `${file}: ${text}`);
    t.not(becomes, text);
  }
});

test('no mutant is there twice', (t) => {
  const all = mutants.map(({ file, text, becomes }) => `${file}: ${text} → ${becomes}`);
  t.deepEqual([...new Set(all)], all);
});
