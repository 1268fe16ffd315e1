import { cpSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { quickCli } from '../support/quick-cli.ts';
import { scratch } from '../support/scratch.ts';
import { fencesOf, readPages, root } from '../docs/pages.ts';
import { labWords, typedCommands } from '../docs/typed-commands.ts';

const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(path.join(root, 'package.json'), 'utf8'),
);
/** Puts the files in a directory that the block is about, and returns it. */
function placeFor(what: string | undefined, directory: string): string {
  const results = path.join(directory, 'results/netns-restore');
  // A run on real dockers, whose expectations were corrected later.
  const recorded = path.join(root, 'harness/run/testing/recorded/netns-restore');
  const dump = path.join(root, 'harness/profile/testing/goroutines-1.13.1-4000-hanging-calls.txt');
  if (what === 'results') {
    cpSync(recorded, results, { recursive: true });
    symlinkSync(readdirSync(recorded)[0] ?? '', path.join(results, 'latest'));
  } else if (what === 'dump') cpSync(dump, path.join(directory, 'goroutines.txt'));
  else if (what !== undefined) throw new Error(`in=${what} is unknown`);
  return directory;
}

const blocks = readPages()
  .flatMap(fencesOf)
  .filter(({ language, marks }) => language === 'sh' && marks['run'] !== undefined);
// The same block on several pages is run once.
const different = [...Map.groupBy(blocks, ({ marks, text }) => JSON.stringify([marks, text])).values()];

for (const [block] of different) {
  if (!block) continue;
  const { file, line, marks, text } = block;
  test.serial(`${file}:${line}: ${text.replaceAll('\n', '; ')}`, async (t) => {
    const directory = marks['in'] === 'tree' ? undefined : placeFor(marks['in'], scratch(t));
    for (const { words, isPiped } of typedCommands(text)) {
      const given = labWords(words, scripts);
      if (given === undefined || isPiped) throw new Error(`only commands of the lab can be run: ${words.join(' ')}`);
      const { exitCode, stdout, stderr } = await quickCli(given, {}, directory);
      const allowed = (marks['exit'] ?? '0').split(',').map(Number);
      t.true(
        exitCode !== undefined && allowed.includes(exitCode),
        `${words.join(' ')} ended with ${exitCode}\n${stderr}`,
      );
      t.true(stdout.length + stderr.length > 0, `${words.join(' ')} printed nothing`);
      t.notRegex(stderr, /This is a bug of dockerd-leak-lab/);
    }
  });
}

test('there are blocks to run', (t) => {
  t.true(different.length >= 10, `${different.length} blocks`);
});
