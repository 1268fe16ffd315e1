import test from 'ava';
import { packageOf, shortName } from './function-name.ts';
import { byFunction, differenceOf, topRows } from './functions.ts';

test('flat is the leaf’s; cumulative counts a stack once, recursion or not', (t) => {
  const stacks = [
    { frames: ['leaf', 'again', 'again', 'main'], size: 1, bytes: 100 },
    { frames: ['again', 'main'], size: 1, bytes: 10 },
    { frames: [], size: 1, bytes: 1 },
  ];
  t.deepEqual(byFunction(stacks), [
    { function: 'leaf', flat: 100, cum: 100 },
    { function: 'again', flat: 10, cum: 110 },
    { function: 'main', flat: 0, cum: 110 },
  ]);
});

test('a difference has what grew, what shrank, what is new and what is gone, and not what stayed', (t) => {
  const one = (name: string, bytes: number) => ({ function: name, flat: bytes, cum: bytes });
  const before = [one('grows', 1), one('shrinks', 9), one('gone', 5), one('stays', 7)];
  const after = [one('grows', 11), one('shrinks', 2), one('new', 3), one('stays', 7)];
  t.deepEqual(differenceOf(before, after), [one('grows', 10), one('shrinks', -7), one('new', 3), one('gone', -5)]);
});

test('ten by what they allocate; then the five with the least of those through which much went', (t) => {
  const leaves = Array.from({ length: 12 }, (_, index) => ({
    function: `leaf${index}`,
    flat: 100 - index,
    cum: 100 - index,
  }));
  const callers = Array.from({ length: 8 }, (_, index) => ({
    function: `caller${index}`,
    flat: 0,
    cum: 1000 - 100 * index,
  }));
  const rows = topRows([...callers, ...leaves, { function: 'small', flat: 0, cum: 99 }], 1200);
  t.deepEqual(
    rows.map(({ function: name }) => name),
    [...leaves.slice(0, 10).map(({ function: name }) => name), 'caller3', 'caller4', 'caller5', 'caller6', 'caller7'],
  );
});

test('names as a reader knows them', (t) => {
  const names: [string, string, string][] = [
    [
      'github.com/docker/docker/pkg/pubsub.(*Publisher).SubscribeTopic',
      'github.com/docker/docker/pkg/pubsub',
      'pubsub.(*Publisher).SubscribeTopic',
    ],
    ['gopkg.in/yaml%2ev2.unmarshal', 'gopkg.in/yaml%2ev2', 'yaml%2ev2.unmarshal'],
    ['runtime.malg', 'runtime', 'runtime.malg'],
    ['slices.Sort[go.shape.[]github.com/x/y.Z]', 'slices', 'slices.Sort[…]'],
    ['a/b.(*T[go.shape.int]).M', 'a/b', 'b.(*T[…]).M'],
    ['main', 'main', 'main'],
    ['', '', ''],
  ];
  for (const [name, inPackage, short] of names) {
    t.is(packageOf(name), inPackage);
    t.is(shortName(name), short);
  }
});
