import test from 'ava';
import { expectedOfRuntime, judgeRuntime, leakingOf } from './judge-runtime.ts';
import { runtimeCounts, type RuntimeCount } from './metrics.ts';
import { runtimeSeries } from './testing/runtime-series.ts';

const doses = [0, 20, 40, 60, 80, 100, 120];
const seen = (kept?: Partial<Record<RuntimeCount, number>>) => ({
  series: runtimeSeries(doses, kept),
  idle: runtimeSeries(doses),
});

test('each count decides, and one that grows with the work is a surprise unless it is known to', (t) => {
  const clean = judgeRuntime(seen(), expectedOfRuntime('26.1.5'));
  t.deepEqual(
    clean.checks.map(({ what, name, asExpected }) => [what, name, asExpected]),
    runtimeCounts.map((metric) => ['slope', metric, true]),
  );
  for (const metric of runtimeCounts) {
    const judged = judgeRuntime(seen({ [metric]: 1 }), expectedOfRuntime('26.1.5'));
    t.deepEqual(
      judged.checks.filter(({ asExpected }) => !asExpected).map(({ name }) => name),
      [metric],
    );
    t.deepEqual(
      leakingOf(judged).map((verdict) => verdict.metric),
      [metric],
    );
    const known = judgeRuntime(seen({ [metric]: 1 }), expectedOfRuntime('26.1.5', [metric]));
    t.true(known.checks.every(({ asExpected }) => asExpected));
  }
  const missing = judgeRuntime(seen(), expectedOfRuntime('26.1.5', ['shim-fds']));
  t.deepEqual(
    missing.checks.filter(({ asExpected }) => !asExpected).map(({ name }) => name),
    ['shim-fds'],
    'a leak that is expected and not there',
  );
});

test('the counts of a docker that was not measured are shown, and decide nothing', (t) => {
  for (const version of ['1.13.1', '27.5.1', '20.10.24-dev']) {
    t.is(expectedOfRuntime(version), undefined, version);
    const { decided, checks, shown } = judgeRuntime(seen({ 'shim-fds': 10 }), expectedOfRuntime(version));
    t.deepEqual([decided, checks], [[], []]);
    t.deepEqual(
      shown.map(({ metric }) => metric),
      [...runtimeCounts],
    );
  }
});

test('a cell without these readings, as older labs and replicas have it, has no checks of them', (t) => {
  const { decided, checks, shown } = judgeRuntime({ series: [], idle: [] }, expectedOfRuntime('26.1.5'));
  t.deepEqual([decided, checks, shown], [[], [], []]);
});

test('a stopped containerd has no goroutines that could be read, and is judged by the rest', (t) => {
  const series = runtimeSeries(doses).filter(({ metric }) => metric !== 'containerd-goroutines');
  const { checks } = judgeRuntime({ series, idle: runtimeSeries(doses) }, expectedOfRuntime('26.1.5'));
  t.deepEqual(
    checks.map(({ name }) => name),
    ['containerd-fds', 'containerd-threads', 'shim-fds', 'shim-threads'],
  );
});

test('two goroutines more from reading to reading are those of the reading itself', (t) => {
  const wandering = seen();
  const goroutines = wandering.series.find(({ metric }) => metric === 'containerd-goroutines');
  // As a real containerd of 20.10.24 had them.
  if (goroutines) {
    goroutines.granularity = 1;
    goroutines.points = [33, 33, 35, 33, 33, 33, 35].map((value, index) => ({ dose: doses[index] ?? 0, value }));
  }
  const idle = wandering.idle.map((one) => (one.metric === 'containerd-goroutines' ? { ...one, granularity: 1 } : one));
  const { decided } = judgeRuntime({ ...wandering, idle }, expectedOfRuntime('20.10.24'));
  t.true(decided.every(({ verdict }) => verdict === 'no-leak'));
});
