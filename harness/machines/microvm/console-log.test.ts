import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { scratch } from '../../../test/support/scratch.ts';
import { consoleBytes, consoleTail } from './console-log.ts';

const numbered = (count: number, what: string) => Array.from({ length: count }, (_, index) => `${what} ${index}`);

test('the last lines of one boot, as a reader sees them', async (t) => {
  const file = path.join(scratch(t), 'console.log');
  t.is(consoleBytes(file), 0);
  t.is(consoleTail(file, 0), '(the console is empty)');
  const first = 'the boot before\r\n';
  writeFileSync(file, `${first}\u001bc\u001b[?7l\u001b[2J[    0.0] Linux\r\ninit: late\r\n\r\n`);
  t.is(consoleTail(file, first.length), '[    0.0] Linux\ninit: late');
  t.is(consoleTail(file, consoleBytes(file)), '(the console is empty)');
  writeFileSync(file, numbered(100, 'line').join('\n'));
  t.is(consoleTail(file, 0), numbered(100, 'line').slice(-15).join('\n'));
});

test('the words of a kernel that ends, and the end of the trace that it prints', async (t) => {
  const file = path.join(scratch(t), 'console.log');
  const panic = '[   10.9] Kernel panic - not syncing: sysrq triggered crash';
  writeFileSync(file, [...numbered(50, 'before'), panic, ...numbered(50, 'after')].join('\r\n'));
  t.is(
    consoleTail(file, 0),
    [
      ...numbered(50, 'before').slice(-3),
      panic,
      ...numbered(9, 'after'),
      '…',
      ...numbered(50, 'after').slice(-15),
    ].join('\n'),
  );
  writeFileSync(file, [...numbered(50, 'before'), panic, ...numbered(3, 'after')].join('\n'));
  t.is(consoleTail(file, 0), [...numbered(50, 'before').slice(-11), panic, ...numbered(3, 'after')].join('\n'));
});
