import test from 'ava';
import { expectationOf } from './expected.ts';
import { counts } from './metrics.ts';
import { workNames } from './works.ts';

test('each metric of the measured dockers has an expectation of its counts', (t) => {
  for (const version of ['20.10.24', '26.1.5', '28.5.2']) {
    for (const work of workNames) {
      const { counts: expected } = expectationOf(work, 'bounded', version);
      t.deepEqual(Object.keys(expected).toSorted(), counts.toSorted(), `${work} on ${version}`);
    }
  }
});

test('the whole is expected of the controls alone, as of memory nothing was measured that tells 10 bytes from none', (t) => {
  for (const version of ['20.10.24', '26.1.5', '28.5.2']) {
    t.is(expectationOf('execs', 'bounded', version).verdict, undefined);
    t.is(expectationOf('health-checks', 'bounded', version).verdict, undefined);
    t.is(expectationOf('held-execs', 'bounded', version).verdict, 'leak');
    t.is(expectationOf('pings', 'bounded', version).verdict, 'no-leak');
  }
});

test('a docker that was not measured has no expectation', (t) => {
  for (const version of ['19.03.8', '27.5.1', '29.0.0', '28.5.0-dev']) {
    t.deepEqual(expectationOf('execs', 'bounded', version), {
      counts: {},
      memories: {},
      kept: [],
      reason: `no docker of the series of ${version} has been measured yet`,
      reference: 'none',
    });
  }
});

test('a full dose of execs leaves bytes in the shim and in containerd, where it was measured', (t) => {
  const { verdict, memories } = expectationOf('execs', 'full', '28.5.2');
  t.deepEqual([verdict, memories], ['leak', { 'shim-anonymous': 'leak', 'containerd-heap-alloc': 'leak' }]);
  t.deepEqual(expectationOf('execs', 'full', '20.10.24').memories, {});
  t.deepEqual(expectationOf('health-checks', 'full', '28.5.2').memories, {});
});
