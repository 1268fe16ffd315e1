import { granularities } from '../granularity.ts';
import type { Noise, NoiseModel } from './noise-model.ts';
import type { Random } from './random.ts';
import recorded from './recorded/clean-controls.json' with { type: 'json' };

/** Spread of a reading of an idle heap after two collections: 0.6 to 6 KB on the recorded builds. */
const spread = 4000;

/** Size classes of Go's allocator from 4 KiB up (runtime/sizeclasses.go): what a pool or map grows by at once. */
const classes = [4096, 6144, 8192, 9472, 10_240, 16_384, 32_768];

const idle: Noise = (random, count) => Array.from({ length: count }, () => spread * random.normal());

const on =
  (growth: (random: Random, index: number) => number): Noise =>
  (random, count) => {
    let level = 0;
    return idle(random, count).map((noise, index) => {
      if (index > 0) level += growth(random, index);
      return level + noise;
    });
  };

/** One object of a class more at about every third reading. */
const steps = on((random) => (random.uniform() < 0.3 ? (classes[random.whole(classes.length)] ?? 0) : 0));

/** 25 KB more, most of it in the first doses: what a warm-up as large as a burst leaves to them. */
const warming = on((_, index) => 15_000 * Math.exp((1 - index) / 1.5));

/** A drift that the idle cell does not have: 2,400 bytes a reading, as on 17.09.0, whose idle heap stood still. */
const drifting = on(() => 2400);

/** The increments of a recorded run, from a random place on, beside the idle readings of the same run in random order. */
function replayed(values: (run: (typeof recorded)[number]) => number[], inOrder: boolean): Noise {
  return (random, count) => {
    const run = recorded[random.whole(recorded.length)];
    const read = run ? values(run) : [];
    const increments = read.slice(1).map((value, index) => value - (read[index] ?? value));
    const start = random.whole(increments.length);
    let level = 0;
    return Array.from({ length: count }, (_, index) => {
      if (!inOrder) return read[random.whole(read.length)] ?? 0;
      if (index > 0) level += increments[(start + index) % increments.length] ?? 0;
      return level;
    });
  };
}

const common = { rough: true, granularity: granularities.heapAlloc };

/** Heaps after forced collections, as the clean controls on real dockers show them: bytes. */
export const heapModels: readonly NoiseModel[] = [
  { ...common, name: 'heap: steps of size classes', idle, run: steps },
  { ...common, name: 'heap: pools that warm up', idle, run: warming },
  { ...common, name: 'heap: drift after collections', idle, run: drifting },
  {
    ...common,
    name: 'heap: recorded on real dockers',
    idle: replayed((run) => run.idle['heap-alloc'], false),
    run: replayed((run) => run.dosed['heap-alloc'], true),
  },
];
