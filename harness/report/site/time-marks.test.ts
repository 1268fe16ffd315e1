import test from 'ava';
import { labelsOf, marksOf, type Mark } from './time-marks.ts';

const marks = (...times: number[]): Mark[] => times.map((at, index) => ({ at, what: 'dosed', number: index + 1 }));

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

test('events from before the first reading are told and not drawn; readings and what nobody asks for are no marks', (t) => {
  const events = [
    { at: 1, what: 'starting dockerd' },
    { at: 5, what: 'garbage collected' },
    { at: 6, what: 'reading', values: { fds: 1 } },
    { at: 7, what: 'client starts' },
    { at: 8, what: '10 calls' },
    { at: 9, what: 'client gone' },
  ];
  t.deepEqual(marksOf(events, 6), {
    before: [{ at: 1, what: 'starting dockerd' }],
    marks: [
      { at: 7, what: 'client starts', number: 1 },
      { at: 9, what: 'client gone', number: 2 },
    ],
  });
});
