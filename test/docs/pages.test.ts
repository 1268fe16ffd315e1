import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { readStrings } from '../words/strings.ts';
import { anchorOf, fencesOf, proseOf, readPages, root } from './pages.ts';
import { wrongWith } from './parse-command.ts';
import { labWords, typedCommands } from './typed-commands.ts';

const pages = readPages();
const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(path.join(root, 'package.json'), 'utf8'),
);

test('each block says its language, and each of commands whether it is run, or why it is not', (t) => {
  const fences = pages.flatMap(fencesOf);
  const unmarked = fences.filter(({ language, marks }) => {
    if (language !== 'sh') return !['text', 'ini', 'ts', 'json', 'yaml'].includes(language);
    return marks['run'] === undefined && !marks['reason'];
  });
  t.deepEqual(
    unmarked.map(({ file, line }) => `${file}:${line}`),
    [],
  );
  t.true(fences.filter(({ marks }) => marks['run'] !== undefined).length >= 10);
});

test('commands and options in blocks and in the text exist', async (t) => {
  const wrong: string[] = [];
  let checked = 0;
  for (const page of pages) {
    const inText = [...proseOf(page).matchAll(/(`+)(.*?npm run .*?)\1/g)].map(([, , code = '']) =>
      code.replaceAll('\\|', '|'),
    );
    const blocks = fencesOf(page).filter(({ language }) => language === 'sh');
    const typed = [
      ...blocks.flatMap(({ text }) => typedCommands(text)).map(({ words }) => ({ words, isName: false })),
      // With […], | or … it is a form, and no command. Without its arguments it is the name of one.
      ...inText
        .filter((code) => !/[[\]|…]/.test(code))
        .flatMap(typedCommands)
        .map(({ words }) => ({ words, isName: true })),
    ];
    for (const { words, isName } of typed) {
      const script =
        words[0] === 'npm' && words[1] === 'run'
          ? words.find((word, index) => index > 1 && !word.startsWith('-'))
          : undefined;
      if (script !== undefined && scripts[script] === undefined)
        wrong.push(`${page.file}: npm has no script ${script}`);
      const given = labWords(words, scripts);
      if (given === undefined) continue;
      checked++;
      const problem = await wrongWith(given);
      if (problem === undefined || (isName && problem.startsWith('error: missing required argument'))) continue;
      wrong.push(`${page.file}: ${words.join(' ')}: ${problem}`);
    }
  }
  t.deepEqual(wrong, []);
  t.true(checked > 60, `${checked} commands were checked`);
});

test('commands in the forms for issues exist, and each form asks for `lab doctor`', async (t) => {
  const folder = path.join(root, '.github/ISSUE_TEMPLATE');
  for (const file of readdirSync(folder).filter((one) => one !== 'config.yml')) {
    const text = readFileSync(path.join(folder, file), 'utf8');
    t.true(text.includes('npm run lab -- doctor'), file);
    for (const [, code = ''] of text.matchAll(/`([^`]+)`/g)) {
      for (const { words } of typedCommands(code)) {
        const given = labWords(words, scripts);
        if (given) t.is(await wrongWith(given), undefined, `${file}: ${code}`);
      }
    }
  }
});

test('each message of Troubleshooting is in the code', (t) => {
  const page = pages.find(({ file }) => file === 'docs/troubleshooting.md');
  const messages = [...(page?.text ?? '').matchAll(/^### `(.+)`$/gm)].map(([, message = '']) => message);
  t.true(messages.length >= 40);
  const strings = readStrings(root).map(({ text }) => text);
  const absent = messages.filter((message) => {
    const parts = message.split('…').filter((part) => part.trim() !== '');
    return !strings.some((text) => hasInOrder(text, parts));
  });
  t.deepEqual(absent, []);
});

function hasInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  return parts.every((part) => {
    const at = text.indexOf(part, from);
    from = at + part.length;
    return at !== -1;
  });
}

test('links lead to files and headings of the tree', (t) => {
  const wrong: string[] = [];
  for (const page of pages) {
    for (const [, target = ''] of proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [place = '', anchor] = target.split('#');
      const file = place === '' ? page.file : path.join(path.dirname(page.file), place);
      if (!existsSync(path.join(root, file))) wrong.push(`${page.file}: ${target}`);
      else if (anchor !== undefined && !headings(file).includes(anchor))
        wrong.push(`${page.file}: ${target}: no such heading`);
    }
  }
  t.deepEqual(wrong, []);
});

function headings(file: string): string[] {
  const page = { file, text: readFileSync(path.join(root, file), 'utf8') };
  return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

test('every page of docs can be reached from the README', (t) => {
  const readme = pages.find(({ file }) => file === 'README.md')?.text ?? '';
  const unlinked = pages.filter(
    ({ file }) => file !== 'README.md' && file !== 'results/README.md' && !readme.includes(`(${file})`),
  );
  t.deepEqual(
    unlinked.map(({ file }) => file),
    [],
  );
  t.true(readme.split('\n').length <= 150);
});
