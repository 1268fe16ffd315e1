import test from 'ava';
import type { Series } from '../evidence/series.ts';
import type { NoiseModel } from './testing/noise-model.ts';
import { noiseModels } from './testing/noise.ts';
import { plans } from './testing/plans.ts';
import { seeded } from './testing/random.ts';
import { seriesOf } from './testing/series.ts';
import { judge } from './verdict.ts';

/** Runs without a leak per noise model and plan; each is repeated with a leak at the detection limit that it printed. */
const repeats = 200;

interface Tally {
  leak: number;
  'no-leak': number;
  inconclusive: number;
}

const empty = (): Tally => ({ leak: 0, 'no-leak': 0, inconclusive: 0 });

function ratesOf({ name, idle, run, granularity = 0.001 }: NoiseModel, modelNumber: number) {
  const [clean, planted] = [empty(), empty()];
  for (const [planNumber, doses] of Object.values(plans).entries()) {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const random = seeded((modelNumber * 100 + planNumber) * 100_000 + repeat);
      const series = (values: number[], slope = 0): Series =>
        seriesOf(
          { metric: name, unit: 'units', granularity },
          doses,
          values.map((value, index) => value + slope * (doses[index] ?? 0)),
        );
      const without = series(idle(random, doses.length));
      const acquitted = judge(series(run(random, doses.length)), without);
      const found = judge(series(run(random, doses.length), acquitted.detectionLimit), without);
      clean[acquitted.verdict]++;
      planted[found.verdict]++;
    }
  }
  return { clean, planted };
}

const add = (tallies: Tally[], key: keyof Tally) => tallies.reduce((total, tally) => total + tally[key], 0);

test('false accusations and misses', (t) => {
  const rates = noiseModels.map((model, number) => ({ ...model, ...ratesOf(model, number) }));
  const each = repeats * Object.keys(plans).length;
  const percent = (count: number, of = each) => `${((100 * count) / of).toFixed(2)} %`.padStart(9);
  const row = (name: string, clean: Tally, planted: Tally, of = each) =>
    [
      name.padEnd(31),
      ...[clean, planted].flatMap((tally) => Object.values(tally).map((count) => percent(count, of))),
    ].join(' ');

  t.log(`${' '.repeat(31)}   without a leak                a leak at the printed detection limit`);
  t.log(`${'noise'.padEnd(31)}   accused acquitted   unclear     found    missed   unclear`);
  for (const { name, clean, planted } of rates) t.log(row(name, clean, planted));
  const sum = (key: 'clean' | 'planted'): Tally => {
    const tallies = rates.map((rate) => rate[key]);
    return {
      leak: add(tallies, 'leak'),
      'no-leak': add(tallies, 'no-leak'),
      inconclusive: add(tallies, 'inconclusive'),
    };
  };
  const total = each * rates.length;
  const [clean, planted] = [sum('clean'), sum('planted')];
  t.log(row(`all, ${total.toLocaleString('en-US')} of each`, clean, planted, total));

  t.true(total >= 10_000);
  t.true(clean.leak <= 0.001 * total, 'at most 0.1 % false accusations');
  t.true(planted['no-leak'] <= 0.01 * total, 'at most 1 % misses');
  for (const model of rates) t.true(model.planted['no-leak'] <= 0.01 * each, `at most 1 % misses: ${model.name}`);

  // A miss is an acquittal. Where a line is the right model, the leak is not only never acquitted but found at once.
  const smooth = rates.filter(({ rough }) => !rough);
  const notFound = smooth.map((model) => each - model.planted.leak).reduce((a, b) => a + b);
  t.true(notFound <= 0.01 * each * smooth.length, 'at most 1 % not found');
  for (const model of smooth)
    t.true(model.clean.leak <= 0.001 * each, `at most 0.1 % false accusations: ${model.name}`);
});
