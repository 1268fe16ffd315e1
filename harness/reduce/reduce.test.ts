import test from 'ava';
import { assert, asyncProperty, integer } from 'fast-check';
import { reduce, verdictOf, type Verdict } from './reduce.ts';
import { simplifications, type Experiment, type Room } from './simplifiers.ts';

const room: Room = {
  factors: [
    { name: 'mountFlags', levels: ['unset', 'shared', 'slave', 'private'] },
    { name: 'systemd', levels: ['219', '240'], defaults: ['219'] },
  ],
  sizes: { containers: { usual: 3, least: 1 }, calls: { usual: 3000, least: 60 } },
};
const begin: Experiment = { cell: { daemon: '1.13.1', mountFlags: 'private', systemd: '240' }, sizes: {} };

test('the boldest is tried first, and only what is simpler', (t) => {
  t.deepEqual(
    simplifications(begin, room).map(({ what }) => what),
    [
      'containers 3 → 1',
      'containers 3 → 2',
      'calls 3000 → 60',
      'calls 3000 → 1530',
      'mountFlags private → unset',
      'systemd 240 → 219',
    ],
  );
  const least = {
    cell: { daemon: '1.13.1', mountFlags: 'unset', systemd: '219' },
    sizes: { containers: 1, calls: 60 },
  };
  t.deepEqual(simplifications(least, room), []);
});

/** A bug that needs MountFlags, two containers and 500 calls. */
const needs = ({ cell, sizes: { containers = 3, calls = 3000 } }: Experiment): Promise<Verdict> => {
  if (calls < 200) return Promise.resolve('not decided');
  return Promise.resolve(cell['mountFlags'] !== 'unset' && containers >= 2 && calls >= 500 ? 'present' : 'absent');
};

test('what the bug needs stays, all else goes', async (t) => {
  const { experiment, steps } = await reduce(begin, 'present', room, 1, needs);
  t.deepEqual(experiment.cell, { daemon: '1.13.1', mountFlags: 'private', systemd: '219' });
  t.is(experiment.sizes['containers'], 2);
  t.true((experiment.sizes['calls'] ?? 0) < 1000);
  t.is(await needs(experiment), 'present');
  t.deepEqual(
    steps.slice(0, 3).map(({ what, kept, verdicts }) => [what, kept, verdicts]),
    [
      ['containers 3 → 1', false, ['absent']],
      ['containers 3 → 2', true, ['present']],
      ['calls 3000 → 60', false, ['not decided']],
    ],
  );
});

test('a step counts when it was confirmed so often', async (t) => {
  let tries = 0;
  // The second look at anything is another: nothing can be confirmed twice.
  const flaky = () => Promise.resolve<Verdict>(tries++ % 2 === 0 ? 'present' : 'absent');
  const { experiment, steps } = await reduce(begin, 'present', room, 2, flaky);
  t.deepEqual(experiment, begin);
  t.true(steps.every(({ kept, verdicts }) => !kept && verdicts.length === 2));
});

test('for any needs of a bug, the search ends with the verdict that it began with', async (t) => {
  await assert(
    asyncProperty(integer({ min: 1, max: 3 }), integer({ min: 60, max: 3000 }), async (containers, calls) => {
      const attempt = ({ sizes }: Experiment) =>
        Promise.resolve<Verdict>(
          (sizes['containers'] ?? 3) >= containers && (sizes['calls'] ?? 3000) >= calls ? 'present' : 'absent',
        );
      const { experiment, steps } = await reduce(begin, 'present', room, 1, attempt);
      return (
        (await attempt(experiment)) === 'present' &&
        (experiment.sizes['containers'] !== undefined) === containers < 3 &&
        steps.length < 60
      );
    }),
  );
  t.pass();
});

test('a verdict is the bug’s, if it was decided', (t) => {
  t.is(verdictOf({}), 'not decided');
});
