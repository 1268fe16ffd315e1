import test from 'ava';
import { endAfter } from './budget.ts';

const limits = { memoryBytes: 1000, descriptors: 100 };

test('a soak goes on below four fifths of its budgets', (t) => {
  t.is(endAfter({ values: { fds: 80, rss: 700 } }, 100, limits), 'time');
  t.is(endAfter({ values: {} }, 0, limits), 'time');
  t.is(endAfter({ values: { fds: 1e9 } }, 0, { ...limits, descriptors: Number.POSITIVE_INFINITY }), 'time');
});

test('above it ends, and says by which', (t) => {
  t.is(endAfter({ values: { fds: 81, rss: 0 } }, 0, limits), 'descriptors');
  t.is(endAfter({ values: { fds: 0, rss: 801 } }, 0, limits), 'memory');
});

test('containerd, the shims and the client are in the same cell as dockerd', (t) => {
  const values = { rss: 500, 'containerd-rss': 100, 'shim-rss': 100 };
  t.is(endAfter({ values }, 100, limits), 'time');
  t.is(endAfter({ values }, 101, limits), 'memory');
});
