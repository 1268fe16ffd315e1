import test from 'ava';
import type { Series } from '../../harness/evidence/series.ts';
import { recoveryOf } from './recovery.ts';

const series = (metric: string, ...values: number[]): Series => ({
  metric,
  unit: 'fds',
  per: 'call',
  granularity: 1,
  points: values.map((value, dose) => ({ dose, value })),
});

test('a metric is compared with itself, also where others were not read at each time', (t) => {
  const recovered = recoveryOf(
    [series('fds', 20, 30), series('shim-fds', 5, 9)],
    [series('containerd-goroutines', 33), series('fds', 20), series('shim-fds', 5)],
    [series('shim-fds', 6)],
    [1.5],
  );
  t.deepEqual(
    recovered.map(({ metric, baseline, peak, after }) => [metric, baseline, peak, after]),
    [
      ['fds', [{ value: 20 }], { dose: 1, value: 30 }, []],
      ['shim-fds', [{ value: 5 }], { dose: 1, value: 9 }, [{ seconds: 1.5, gcs: 2, value: 6 }]],
    ],
  );
});
