import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { scratch } from '../../../test/support/scratch.ts';
import type { KernelTrouble } from '../../machine/contract.ts';
import { consoleBytes, consoleTail, consoleTrouble } from './console-log.ts';

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

/** Lines as kernels print them, and what they are; nothing for those that only warn, or are about a cgroup's own limit. */
const said: readonly [line: string, kind: KernelTrouble['kind'] | undefined][] = [
  ['[   10.9] Kernel panic - not syncing: Fatal exception', 'panic'],
  ['[  640.1] Kernel panic - not syncing: Out of memory and no killable processes...', 'out of memory'],
  ['[  640.0] Out of memory: Kill process 77 (memory-cgroups) score 3 or sacrifice child', 'out of memory'],
  ['[  640.0] Out of memory: Killed process 77 (tail) total-vm:98304kB', 'out of memory'],
  ['[   12.0] Kernel panic - not syncing: System is deadlocked on memory', 'out of memory'],
  ['[  871.4] BUG: unable to handle kernel NULL pointer dereference at 0000000000000018', 'oops'],
  ['[  871.4] BUG: kernel NULL pointer dereference, address: 0000000000000018', 'oops'],
  ['[  871.4] kernel BUG at mm/slub.c:3413!', 'oops'],
  ['[  871.4] general protection fault: 0000 [#1] SMP', 'oops'],
  ['[   60.0] BUG: soft lockup - CPU#0 stuck for 22s! [dockerd:300]', undefined],
  ['[   60.0] Memory cgroup out of memory: Kill process 300 (dd) score 990 or sacrifice child', undefined],
  ['[   60.0] dd invoked oom-killer: gfp_mask=0xd0, order=0', undefined],
  ['[    0.0] Linux version 3.10.0-514.el7.x86_64', undefined],
];

test('what a kernel says of its end and of its memory', (t) => {
  const file = path.join(scratch(t), 'console.log');
  t.is(consoleTrouble(file, 0), undefined);
  for (const [line, kind] of said) {
    writeFileSync(file, [...numbered(50, 'before'), line, ...numbered(50, 'after')].join('\r\n'));
    const trouble = consoleTrouble(file, 0);
    t.is(trouble?.kind, kind, line);
    if (kind !== undefined) t.is(trouble?.line, line);
    if (kind !== undefined) t.true(trouble?.console.includes(line));
  }
});

test('what an earlier boot said is not told of this one; that memory ran out comes before the panic', (t) => {
  const file = path.join(scratch(t), 'console.log');
  const panic = 'Kernel panic - not syncing: Fatal exception\n';
  writeFileSync(file, panic);
  const from = consoleBytes(file);
  t.is(consoleTrouble(file, from), undefined);
  writeFileSync(
    file,
    `${panic}BUG: unable to handle kernel paging request\n${panic}Out of memory: Kill process 1 (init)\n`,
  );
  t.is(consoleTrouble(file, from)?.kind, 'out of memory');
});

test('a panic is shown with the error that it came from', (t) => {
  const file = path.join(scratch(t), 'console.log');
  const where = [
    '[  871.4] BUG: unable to handle kernel NULL pointer dereference at (null)',
    'IP: mem_cgroup_css_offline+0x84/0x190',
  ];
  const panic = '[  871.5] Kernel panic - not syncing: Fatal exception';
  writeFileSync(file, [...numbered(50, 'before'), ...where, ...numbered(40, 'dump'), panic].join('\r\n'));
  const trouble = consoleTrouble(file, 0);
  t.like(trouble, { kind: 'panic', line: panic });
  for (const line of [...where, panic]) t.true(trouble?.console.includes(line), line);
});
