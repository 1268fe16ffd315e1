import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { root } from '../docs/pages.ts';
import { scratch } from '../support/scratch.ts';
import { phrases } from './phrases.ts';
import { stringsOf } from './strings.ts';
import { isProse, withoutCode, wrongWords } from './wrong-words.ts';

/** A sentence for each phrase that has it, in the order of the phrases. */
const examples = [
  "it can't be read",
  'it can not be read',
  'it isn’t there',
  'a build is obtained',
  'none is to be had',
  'the mirror is out of reach',
  'whatever it is',
  'a report from the field',
  'so and so often',
  'nobody has seen it',
  'clients that must not let go of it',
  'meanwhile it waits',
  'the tool utilises it',
  'in order to see it',
  'please note it',
  'it should be noted that',
  'it is simply read',
];

test('each phrase is found, and says what to write instead', (t) => {
  t.is(examples.length, phrases.length);
  for (const [index, { pattern, instead }] of phrases.entries()) {
    t.regex(examples[index] ?? '', pattern);
    t.true(instead.length > 0);
  }
});

test('a finding names file, line and phrase', (t) => {
  const text = 'One line.\nThis cannot be read.\nNobody reads it.';
  t.deepEqual(wrongWords([{ file: 'docs/a.md', line: 10, text }]), [
    'docs/a.md:12: "Nobody": write no one, or an active sentence',
  ]);
});

test('words that only look like a phrase are none', (t) => {
  const fine = ['the field `schema` is read', 'it has had three starts', 'it cannot be read', 'the bodies of answers'];
  t.deepEqual(wrongWords(fine.map((text) => ({ file: 'a', line: 1, text }))), []);
});

test('code of a page is no prose, and lines keep their numbers', (t) => {
  const page = "one\n```sh\ncan't\n```\n`can't` ``a ` can't`` nobody\n";
  t.is(withoutCode(page), 'one\n\n\n\n`` `` nobody\n');
});

test('strings, templates and sums of both', (t) => {
  const source = "const a = 'one ' +\n  `two ${a} three`;\nf('four five', 'six'); // 'seven eight'\n";
  t.deepEqual(stringsOf('a.ts', source), [
    { file: 'a.ts', line: 1, text: 'one two … three' },
    { file: 'a.ts', line: 3, text: 'four five' },
    { file: 'a.ts', line: 3, text: 'six' },
  ]);
});

test('a name, a path or a flag is no sentence', (t) => {
  t.deepEqual(
    ['--only', 'docker.sock', '/run/docker', 'two words'].map((text) => isProse(text)),
    [false, false, false, true],
  );
});

test('spelling: prose of pages and sentences of the code', async (t) => {
  const place = scratch(t);
  writeFileSync(path.join(place, 'page.md'), 'A mispelt word, `and noone` in code.\n');
  writeFileSync(path.join(place, 'code.ts'), "const xqzv = 'a wrnog word'; // anohter\n");
  const words = ['lint', '--words-only', '--no-progress', '--no-summary', '--no-cache', '--no-gitignore'];
  const { stdout } = await execa(
    'cspell',
    [...words, '--config', path.join(root, 'cspell.json'), '--root', place, 'page.md', 'code.ts'],
    { preferLocal: true, localDir: root, cwd: place, reject: false },
  );
  t.deepEqual(stdout.split('\n').toSorted(), ['mispelt', 'wrnog']);
});
