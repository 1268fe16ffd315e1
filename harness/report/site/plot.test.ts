import { dot } from '@observablehq/plot';
import test from 'ava';
import { parseHTML } from 'linkedom';
import { plot } from './plot.ts';

/** The numbers on the vertical axis of a plot of these values, from the lowest. */
function ticksOf(values: readonly number[]): string[] {
  const drawn = plot({
    label: 'a plot',
    x: '',
    y: '',
    height: 200,
    marks: [dot(values, { x: 0, y: (value) => value })],
  });
  const { document } = parseHTML(drawn.text);
  const words = [...document.querySelectorAll('text')].map(({ textContent }) => textContent);
  return words.slice(0, words.indexOf('↑ '));
}

// The first tick stands at position 0, and no number has 0 digits: a plot that did not start at zero was none.
test('an axis that does not start at zero', (t) => {
  t.deepEqual(ticksOf([10, 20]), ['10', '12', '14', '16', '18', '20']);
  t.deepEqual(ticksOf([-2, 2]), ['-2', '-1', '0', '1', '2']);
});

test('ticks that are close to each other are told apart', (t) => {
  t.deepEqual(ticksOf([33_001, 33_005]), ['33.001K', '33.002K', '33.003K', '33.004K', '33.005K']);
});
