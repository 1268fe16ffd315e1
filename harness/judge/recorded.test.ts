import test from 'ava';
import { granularities } from './granularity.ts';
import recorded from './testing/recorded/clean-controls.json' with { type: 'json' };
import { seriesOf, type Metric } from './testing/series.ts';
import { judge } from './verdict.ts';

const metrics: [keyof (typeof recorded)[number]['dosed'], Metric][] = [
  ['fds', { metric: 'fds', unit: 'fds', granularity: granularities.fds }],
  ['goroutines', { metric: 'goroutines', unit: 'goroutines', granularity: granularities.goroutines }],
  ['heap-alloc', { metric: 'heap-alloc', unit: 'bytes', granularity: granularities.heapAlloc }],
];

/** Readings of a cell before it adds doses: at 0, 1, 2, 3, 4, 6 and 8 bursts. */
const usualReadings = 7;

for (const { run, daemon, doses, idle, dosed } of recorded) {
  for (const [name, metric] of metrics) {
    for (const readings of new Set([usualReadings, doses.length])) {
      test(`${name} of a clean ${daemon} in ${run}, ${readings} readings: acquitted`, (t) => {
        const used = doses.slice(0, readings);
        const calm = seriesOf(metric, doses.slice(0, idle[name].length), idle[name]);
        t.is(judge(seriesOf(metric, used, dosed[name]), calm).verdict, 'no-leak');
      });
    }
  }
}

test('at the usual doses a heap leak of 500 bytes a call is seen on every recorded build', (t) => {
  const metric: Metric = { metric: 'heap-alloc', unit: 'bytes', granularity: granularities.heapAlloc };
  for (const { daemon, doses, idle, dosed } of recorded) {
    const used = doses.slice(0, usualReadings);
    const leaking = dosed['heap-alloc'].map((value, index) => value + 500 * (doses[index] ?? 0));
    const verdict = judge(seriesOf(metric, used, leaking), seriesOf(metric, used, idle['heap-alloc']));
    t.is(verdict.verdict, 'leak', `${daemon}: ${verdict.reasons.join(' ')}`);
  }
});
