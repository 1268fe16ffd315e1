import test from 'ava';
import { anchorOf, fencesOf } from './pages.ts';
import { wrongWith } from './parse-command.ts';
import { labWords, typedCommands } from './typed-commands.ts';

test('commands of a block: lists, pipes, files, comments, settings, lines that go on', (t) => {
  const block = `npm ci && npm test   # the tests
A=1 npm run lab -- show \\
  --json | jq .
npm run lab -- diagnose --print-collector > collect.sh
git bisect run sh -c 'npm run nothing'`;
  t.deepEqual(typedCommands(block), [
    { words: ['npm', 'ci'], isPiped: false },
    { words: ['npm', 'test'], isPiped: false },
    { words: ['npm', 'run', 'lab', '--', 'show', '--json'], isPiped: true },
    { words: ['jq', '.'], isPiped: true },
    { words: ['npm', 'run', 'lab', '--', 'diagnose', '--print-collector'], isPiped: true },
    { words: ['git', 'bisect', 'run', 'sh', '-c', 'npm run nothing'], isPiped: false },
  ]);
});

const scripts = {
  lab: 'exec node harness/cli/start.js lab',
  report: 'exec node harness/cli/start.js lab report',
  test: 'ava',
};

test('the words that the lab gets', (t) => {
  const words = (typed: string) => labWords(typed.split(' '), scripts);
  t.deepEqual(words('npm run lab -- show --json'), ['lab', 'show', '--json']);
  t.deepEqual(words('npm run --silent report'), ['lab', 'report']);
  t.deepEqual(words('npm --prefix lab run report -- --nights 3'), ['lab', 'report', '--nights', '3']);
  // npm takes the option.
  t.deepEqual(words('npm run lab show --json'), ['lab', 'show']);
  t.deepEqual(words('leaklab doctor'), ['lab', 'doctor']);
  t.deepEqual(words('npx dockerd-leak-lab scenario --list'), ['scenario', '--list']);
  t.is(words('npm run test'), undefined);
  t.is(words('docker ps'), undefined);
});

const wrong: readonly [typed: string, says: RegExp | undefined][] = [
  ['lab show', undefined],
  ['lab --help', undefined],
  ['lab shwo', /unknown command 'shwo'/],
  ['lab show --jsno', /unknown option '--jsno'/],
  ['lab kernel advise', /missing required argument 'parameters'/],
  ['scenario netns-restore --only mountFlags=slave', undefined],
  ['scenario netns-restor', /There is no scenario "netns-restor"/],
  ['scenario netns-restore --only mountFlags=salve', /mountFlags has no level "salve"/],
  ['scenario netns-restore --size cats=3', /cats/],
  ['matrix --shard 5/4', /I\/N/],
];

for (const [typed, says] of wrong) {
  test(`${typed}: ${says?.source ?? 'fine'}`, async (t) => {
    const problem = await wrongWith(typed.split(' '));
    if (says) t.regex(problem ?? '', says);
    else t.is(problem, undefined);
  });
}

test('blocks of a page, with their marks', (t) => {
  const text = 'one\n```sh no-run reason="two words"\nls\n```\n```text\nout\n```\n';
  t.deepEqual(
    fencesOf({ file: 'a.md', text }).map(({ line, language, marks, text: block }) => ({
      line,
      language,
      marks,
      block,
    })),
    [
      { line: 2, language: 'sh', marks: { 'no-run': '', reason: 'two words' }, block: 'ls' },
      { line: 5, language: 'text', marks: {}, block: 'out' },
    ],
  );
});

test('anchors of headings', (t) => {
  t.is(anchorOf('What is protected, and what is not'), 'what-is-protected-and-what-is-not');
});
