import test from 'ava';
import { parseHTML } from 'linkedom';
import { terminalPicture } from './terminal-picture.ts';

const escape = '\u001B';

test('colours become attributes, markup is escaped, long lines go on', (t) => {
  const output = `${escape}[1mbold${escape}[22m <b> ${escape}[32m✔ fine${escape}[39m\n\n${'word '.repeat(30)}\n`;
  const { document } = parseHTML(terminalPicture('npm run "x"', output, 'two & three'));
  t.is(document.querySelector('svg')?.getAttribute('aria-label'), 'two & three');
  const rows = [...document.querySelectorAll('text')].map((row) => (row.textContent ?? '').replaceAll('\u00A0', ' '));
  t.deepEqual(rows, ['$ npm run "x"', 'bold <b> ✔ fine', 'word '.repeat(22).trim(), `    ${'word '.repeat(8).trim()}`]);
  const styled = [...document.querySelectorAll('tspan')].map(
    (one) => one.getAttribute('font-weight') ?? one.getAttribute('fill'),
  );
  t.deepEqual(styled, ['bold', 'bold', null, '#7ee787', null, null]);
  t.is(document.querySelectorAll('b').length, 0);
});
