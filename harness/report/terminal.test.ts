import { styleText } from 'node:util';
import test from 'ava';
import * as fc from 'fast-check';
import { forTerminal, ownColour } from './terminal.ts';

const escape = String.fromCharCode(27);

/** As paintFor paints, on a stream with colours. */
function painted(format: 'green' | 'bold', text: string): string {
  const [begin = '', end = ''] = styleText(format, '|', { validateStream: false }).split('|');
  return `${ownColour(begin)}${text}${ownColour(end)}`;
}

test('the lab’s own colours are shown, those in a text are written out', (t) => {
  t.is(forTerminal(painted('green', '✔ as expected')), `${escape}[32m✔ as expected${escape}[39m`);
  t.is(
    forTerminal(painted('bold', `dockerd ${escape}[31m17${escape}[0m`)),
    `${escape}[1mdockerd ⟨U+001B⟩[31m17⟨U+001B⟩[0m${escape}[22m`,
  );
  t.is(forTerminal(painted('bold', painted('green', 'a'))), `${escape}[1m${escape}[32ma${escape}[39m${escape}[22m`);
});

test('lines and tabulators stay, what moves the cursor or turns the direction does not', (t) => {
  t.is(forTerminal('a\tb\nc\rd\u202ee\u009bf'), 'a\tb\nc⟨U+000D⟩d⟨U+202E⟩e⟨U+009B⟩f');
});

test('no text has anything left that a terminal obeys', (t) => {
  const hostile = fc.string({
    unit: fc.constantFrom(escape, '[', '3', '1', ';', 'm', '\r', '\u009b', '\u202e', 'x', '\n'),
  });
  fc.assert(
    fc.property(fc.oneof(hostile, fc.string({ unit: 'binary' })), (text) => {
      t.notRegex(forTerminal(text), /(?![\t\n])\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u);
      t.is(forTerminal(forTerminal(text)), forTerminal(text));
    }),
    { numRuns: 2000 },
  );
});
