import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { logRateLines } from '../figures/log-rate-lines.ts';
import { rateLog, readGrowth, shapeOf } from './log-rates.ts';

// Of dockerd 1.13.1, from its live restore on: two calls and a stream hang for nine seconds.
const recorded = path.join(import.meta.dirname, 'testing', 'dockerd-1.13.1-live-restored.log');

test('the recorded 1.13.1 writes a line a second for a container that is asked', async (t) => {
  const rates = rateLog(await readFile(recorded, 'utf8'));
  const shape = 'collecting stats for <id>: sandbox <id> not found';
  t.is(rates.seconds, 9.022);
  t.is(rates.lines, 11);
  t.deepEqual(rates.patterns, { restoreError: 0, populateError: 0, collectingStats: 9 });
  t.deepEqual(rates.shapes[0], { shape, lines: 9 });
  t.deepEqual(logRateLines(rates), [`log: 1.0 lines/s "${shape}"`]);
});

test('what is no rate is none', (t) => {
  const line = 'time="2026-11-22T04:35:03Z" level=error msg="once"';
  for (const log of ['', 'fatal error: out of memory\n', `${line}\n`, `${line}\n${line}\n`])
    t.deepEqual(logRateLines(rateLog(log)), []);
});

test('shapes of messages', (t) => {
  const shapes: [string, string][] = [
    [
      'level=error msg="failed to create osl sandbox while trying to restore sandbox 809fe71: failed to set into network namespace 8 while creating netlink socket: invalid argument"',
      'failed to create osl sandbox while trying to restore sandbox <id>: failed to set into network namespace <n> while creating netlink socket: invalid argument',
    ],
    [
      'level=error msg="Failed to restore" cid=ae97f9b7cb94 error="network namespace 33: invalid argument" sid=033a6008c6c2',
      'Failed to restore: network namespace <n>: invalid argument',
    ],
    [
      'level=info msg="it took 121.319676ms of 5 s: \\"v1.41\\" effaced"',
      'it took <n>ms of <n> s: \\"v1.41\\" effaced',
    ],
    ['level=info msg=Loaded', 'Loaded'],
    ['level=info', ''],
  ];
  for (const [line, shape] of shapes) t.is(shapeOf(`time="2026-11-22T04:35:03Z" ${line}`), shape);
});

test('the growth of a log', async (t) => {
  const log = path.join(scratch(t), 'dockerd.log');
  await writeFile(log, 'before\n');
  await appendFile(log, 'since\n');
  t.is(await readGrowth(log, 7), 'since\n');
  t.is(await readGrowth(log, 13), '');
});
