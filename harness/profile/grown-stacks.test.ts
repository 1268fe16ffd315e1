import test from 'ava';
import { grownStacks } from './grown-stacks.ts';

const stack = (bytes: number, ...frames: string[]) => ({ frames, size: 16, bytes });

test('stacks that hold more are kept with the difference; what went elsewhere is summed up', (t) => {
  const before = [stack(100, 'a', 'main'), stack(50, 'b', 'main'), stack(30, 'gone')];
  const after = [stack(60, 'a', 'main'), stack(140, 'a', 'main'), stack(20, 'b', 'main'), stack(7, 'new')];
  t.deepEqual(grownStacks(before, after), {
    stacks: [stack(100, 'a', 'main'), stack(7, 'new')],
    grownBytes: 107,
    shrunkBytes: 60,
  });
});

test('equal heaps have not grown', (t) => {
  const heap = [stack(100, 'a')];
  t.deepEqual(grownStacks(heap, heap), { stacks: [], grownBytes: 0, shrunkBytes: 0 });
});
