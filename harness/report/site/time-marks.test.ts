import test from 'ava';
import type { CellEvent, EventRecord } from '../../store/event.ts';
import type { StoredEvent } from '../../store/read-events.ts';
import { labelsOf, marksOf, type Mark } from './time-marks.ts';

const marks = (...times: number[]): Mark[] => times.map((at, index) => ({ at, words: 'dosed', number: index + 1 }));

test('numbers that would be written over each other are one label', (t) => {
  t.deepEqual(labelsOf(marks(100, 500, 510, 540, 900), 1000), [
    { at: 100, text: '1' },
    { at: 520, text: '2–4' },
    { at: 900, text: '5' },
  ]);
  t.deepEqual(labelsOf(marks(100, 159, 161), 1000), [
    { at: 129.5, text: '1–2' },
    { at: 161, text: '3' },
  ]);
});

const at = (time: number, event: CellEvent): EventRecord => ({
  schema: 2,
  at: time,
  time: '2026-11-22T06:09:16.253Z',
  ...event,
});
const counts = { sent: 10, open: 0, answered: 10, givenUp: 0, ended: 0, bytes: 0 };
const tally = { ...counts, failures: {}, seconds: 1, rss: 1 };

test('what happens to the daemon and its clients is marked: before the first reading in words, after it in the plots', (t) => {
  const events: StoredEvent[] = [
    at(1, { code: 'activity', share: 'dockerd starts and stops', doing: { activity: 'starting-daemon', start: 1 } }),
    at(2, { code: 'activity', share: 'containers', doing: { activity: 'starting-containers', count: 3 } }),
    at(5, { code: 'garbage-collected', page: 'heap?debug=1&gc=1' }),
    at(6, { code: 'reading', dose: 0, values: { fds: 1 } }),
    at(7, { code: 'client-started', client: 'agent-1.20', pid: 7, collector: 'healthy' }),
    at(8, { code: 'activity', share: 'dockerd ticks', doing: { activity: 'applying-dose', dose: 10, unit: 'calls' } }),
    at(9, { code: 'clients-closed', tally }),
  ];
  t.deepEqual(marksOf(events, 6), {
    before: [{ at: 1, words: 'starting dockerd (start 1)' }],
    marks: [
      { at: 7, words: 'client agent-1.20 started', number: 1 },
      { at: 9, words: 'clients closed', number: 2 },
    ],
  });
});

test('the events of schema 1 are marked by their names', (t) => {
  const events: StoredEvent[] = [
    { code: 'note', at: 1, text: 'starting dockerd (start 1)' },
    { code: 'note', at: 2, text: 'starting 3 containers' },
    { code: 'reading', at: 6, values: { fds: 1 } },
    { code: 'note', at: 7, text: 'client starts' },
    { code: 'note', at: 8, text: '10 calls' },
    { code: 'clients-closed', at: 9 },
  ];
  t.deepEqual(marksOf(events, 6), {
    before: [{ at: 1, words: 'starting dockerd (start 1)' }],
    marks: [
      { at: 7, words: 'client starts', number: 1 },
      { at: 9, words: 'clients closed', number: 2 },
    ],
  });
});
