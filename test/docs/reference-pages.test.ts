import os from 'node:os';
import test from 'ava';
import { quickCli } from '../support/quick-cli.ts';
import { referencePages } from './reference-pages.ts';

const pages = await referencePages();
const cli = pages.get('cli.md') ?? '';

test('each command and option that the help of the lab has is on the page', async (t) => {
  const groups = new Set(['fleet', 'kernel', 'help']);
  const { stdout } = await quickCli(['lab', '--help']);
  const names = [...(stdout.split('Commands:')[1]?.matchAll(/^ {2}([a-z-]+)/gm) ?? [])].map(([, name = '']) => name);
  t.true(names.length > 15);
  for (const name of names.filter((one) => !groups.has(one))) {
    const section = sectionOf(`lab ${name}`);
    t.true(section.length > 0, name);
    const help = await quickCli(['lab', name, '--help']);
    const flags = [...help.stdout.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag = '']) => flag);
    for (const flag of flags) t.true(section.includes(`| \`${flag}`), `${name} ${flag}`);
  }
});

function sectionOf(title: string): string {
  return cli.split('\n## ').find((section) => section.startsWith(`${title}\n`)) ?? '';
}

test('the page is the same on each host', (t) => {
  t.false(cli.includes(`default: ${os.hostname()}`));
  t.true(sectionOf('lab worker').includes('default: its host name'));
});

test('characters that are markup in a table are escaped', (t) => {
  for (const [file, columns] of [
    ['cli.md', 2],
    ['schemas.md', 3],
  ] as const) {
    const rows = (pages.get(file) ?? '').split('\n').filter((line) => line.startsWith('| '));
    t.true(rows.length > 10);
    for (const row of rows) t.is(row.replaceAll('\\|', '').split('|').length - 2, columns, row);
  }
});
