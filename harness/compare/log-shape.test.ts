import test from 'ava';
import { shapeOfLog } from './log-shape.ts';

const line = (level: string, message: string) =>
  `time="2026-11-22T04:35:02.019Z" level=${level} msg=${JSON.stringify(message)} `;
const counts = (...lines: string[]) => [...shapeOfLog(lines, '/var/lib/docker').counts];

test('lines are counted by their level and message', (t) => {
  const stale = (id: string) => line('info', `Removing stale endpoint web (${id.repeat(32)})`);
  t.deepEqual(counts(stale('a1'), stale('b2'), line('error', 'no')), [
    ['info Removing stale endpoint web (<id>)', 2],
    ['error no', 1],
  ]);
});

test('quotes and newlines of a message, and a message of one word', (t) => {
  t.deepEqual(
    counts(line('debug', 'form data: {"a":1}'), line('warning', 'one:\ntwo\n'), 'time="x" level=info msg=ready id=1'),
    [
      ['debug form data: {"a":1}', 1],
      [String.raw`warning one:\ntwo`, 1],
      ['info ready', 1],
    ],
  );
});

test('what is no line of the log is kept whole', (t) => {
  t.deepEqual(counts('panic: runtime error'), [['panic: runtime error', 1]]);
});

test('what comes at every tick is seen or not', (t) => {
  const tick = line('error', 'collecting stats for web: sandbox web not found');
  const { counts: counted, seen } = shapeOfLog([tick, tick], '');
  t.is(counted.size, 0);
  t.deepEqual([...seen], ['error collecting stats for web: sandbox web not found']);
});

test('lines of containerd are left out', (t) => {
  t.deepEqual(counts(line('debug', 'libcontainerd: received containerd event: …'), line('debug', 'containerd: x')), []);
});

test('what is released after an end is counted over all', (t) => {
  const release = line('debug', 'ReleaseAddress(LocalDefault/172.17.0.0/16, 172.17.0.2)');
  const { counts: counted, overAll } = shapeOfLog([release, release], '');
  t.is(counted.size, 0);
  t.deepEqual([...overAll], [['debug ReleaseAddress(LocalDefault/<address>, <address>)', 2]]);
});
