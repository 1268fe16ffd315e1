import { heapModels } from './heap-noise.ts';
import type { Noise, NoiseModel } from './noise-model.ts';
import type { Random } from './random.ts';

const each =
  (draw: (random: Random) => number): Noise =>
  (random, count) =>
    Array.from({ length: count }, () => draw(random));

const normal = each((random) => random.normal());
const laplace = each((random) => Math.log(1 - random.uniform()) * (random.uniform() < 0.5 ? 1 : -1));
const student3 = each((random) => {
  const square = random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2;
  return random.normal() / Math.sqrt(square / 3);
});
const cauchy = each((random) => Math.tan(Math.PI * (random.uniform() - 0.5)));
const spikes = each((random) => random.normal() + (random.uniform() < 0.05 ? 10 : 0));
const rounded = each((random) => Math.round(0.4 * random.normal()));

/** Each reading keeps half of the last one's deviation. */
const sluggish: Noise = (random, count) => {
  let last = random.normal() / Math.sqrt(1 - 0.25);
  return Array.from({ length: count }, () => (last = last / 2 + random.normal()));
};

/** Each reading starts from the last one: a heap that wanders. */
const wandering: Noise = (random, count) => {
  let last = 0;
  return Array.from({ length: count }, () => (last += random.normal()));
};

const louderWithDose: Noise = (random, count) =>
  Array.from({ length: count }, (_, index) => random.normal() * (1 + (3 * index) / count));

const drifting: Noise = (random, count) => Array.from({ length: count }, (_, index) => 5 * index + random.normal());

/** Garbage of 6 per reading that is collected every third one, from a random phase on. */
const sawTooth: Noise = (random, count) => {
  const phase = random.whole(3);
  return Array.from({ length: count }, (_, index) => 6 * ((index + phase) % 3) + random.normal());
};

/** Something of 50 is allocated once, at a random place. */
const oneStep: Noise = (random, count) => {
  const at = 1 + random.whole(count - 1);
  return Array.from({ length: count }, (_, index) => (index < at ? 0 : 50) + random.normal());
};

const same = (name: string, noise: Noise, rough = false): NoiseModel => ({ name, rough, idle: noise, run: noise });

/** Every kind of noise that the judge is tried with. */
export const noiseModels: readonly NoiseModel[] = [
  same('normal', normal),
  same(
    'uniform',
    each((random) => random.uniform()),
  ),
  same('Laplace', laplace),
  { ...same('rounded to whole units', rounded), granularity: 1 },
  same('sluggish', sluggish),
  same('drift in both cells', drifting),
  { name: 'three times louder under load', rough: false, idle: each((random) => random.normal() / 3), run: normal },
  { name: 'ever louder with the dose', rough: false, idle: normal, run: louderWithDose },
  { name: 'silent when idle', rough: false, idle: each(() => 0), run: normal },
  { name: 'silent when idle, sluggish', rough: true, idle: each(() => 0), run: sluggish },
  { name: 'silent when idle, wandering', rough: true, idle: each(() => 0), run: wandering },
  { name: 'three times louder, wandering', rough: true, idle: each((random) => random.normal() / 3), run: wandering },
  { name: 'silent when idle, spikes', rough: true, idle: each(() => 0), run: spikes },
  { name: 'silent when idle, saw-tooth', rough: true, idle: each(() => 0), run: sawTooth },
  same('Student, 3 degrees', student3, true),
  same('spikes', spikes, true),
  same('Cauchy', cauchy, true),
  same('wandering', wandering, true),
  same('saw-tooth', sawTooth, true),
  { name: 'one step', rough: true, idle: normal, run: oneStep },
  ...heapModels,
];
