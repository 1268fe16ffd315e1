import test from 'ava';
import { expectationOf } from './expected.ts';
import { factors } from './factors.ts';
import { notApplicable } from './not-applicable.ts';

const versions = ['20.10.24', '26.1.5', '28.5.2'];

const calls = 120;

const expectedOf = (version: string, endpoint: string, leaving = 'closes', container = 'silent') => {
  const { verdict, givenBack } = expectationOf({ daemon: version, endpoint, leaving, container }, version, calls);
  return verdict === undefined ? undefined : `${verdict} ${givenBack}`;
};

const leak = 'leak when-container-ends';
const none = 'no-leak nothing-kept';

test('the measured dockers, with a silent container and a client that closes', (t) => {
  const table = factors[0].levels.map((endpoint) => [
    endpoint,
    ...versions.map((version) => expectedOf(version, endpoint)),
  ]);
  t.deepEqual(table, [
    ['attach', leak, leak, none],
    ['attach-websocket', leak, leak, leak],
    ['exec-start', leak, leak, leak],
    ['logs-follow', none, none, none],
    ['events', none, none, none],
    ['stats-stream', none, none, none],
    ['stats-once', none, none, none],
    ['wait', none, none, none],
    ['pull', ...versions.map(() => 'leak when-registry-ends')],
    ['build', none, none, none],
  ]);
});

test('how a client leaves a silent container makes no difference, unless it stays', (t) => {
  for (const leaving of ['half-closes', 'resets', 'killed', 'stops-reading']) {
    t.is(expectedOf('26.1.5', 'attach', leaving), leak);
    t.is(expectedOf('26.1.5', 'events', leaving), none);
  }
  t.is(expectedOf('26.1.5', 'events', 'stays'), 'leak when-idle');
  t.is(expectedOf('26.1.5', 'attach', 'stays'), leak);
  t.is(expectedOf('26.1.5', 'attach', 'sends-nothing'), none);
});

test('an attach to a container that prints on stdout alone is kept, one that has ended with its container is not', (t) => {
  t.is(expectedOf('26.1.5', 'attach', 'closes', 'chatty'), leak);
  t.is(expectedOf('28.5.2', 'attach', 'closes', 'chatty'), none);
  t.is(expectedOf('26.1.5', 'attach', 'closes', 'exits'), none);
});

test('the shim keeps descriptors of an exec that runs on, and of no other call', (t) => {
  const kept = (version: string, endpoint: string, leaving = 'closes', container = 'silent') => {
    const { runtime } = expectationOf({ daemon: version, endpoint, leaving, container }, version, calls);
    return runtime && Object.entries(runtime).flatMap(([metric, verdict]) => (verdict === 'leak' ? [metric] : []));
  };
  for (const version of versions) {
    for (const endpoint of factors[0].levels)
      t.deepEqual(kept(version, endpoint), endpoint === 'exec-start' ? ['shim-fds'] : [], `${version} ${endpoint}`);
    t.deepEqual(kept(version, 'exec-start', 'stays'), ['shim-fds']);
    t.deepEqual(kept(version, 'exec-start', 'sends-nothing'), []);
    t.deepEqual(kept(version, 'attach', 'stays'), []);
  }
  t.deepEqual(kept('26.1.5', 'exec-start', 'closes', 'chatty'), ['shim-fds']);
  t.deepEqual(kept('26.1.5', 'exec-start', 'closes', 'exits'), []);
  t.is(kept('27.5.1', 'exec-start'), undefined);
});

test('with many calls 28.5.2 is seen to keep heap of an attach, and neither a descriptor nor a goroutine', (t) => {
  const cell = { daemon: '28.5.2', endpoint: 'attach', leaving: 'closes', container: 'silent' };
  t.like(expectationOf(cell, '28.5.2', 1800), { verdict: 'no-leak', heap: 'leak', givenBack: 'when-container-ends' });
  t.like(expectationOf(cell, '28.5.2', 120), { verdict: 'no-leak', heap: undefined, givenBack: 'nothing-kept' });
});

test('the answers of the controls are known for every docker: --bisect tries builds that were not measured', (t) => {
  for (const version of [...versions, '27.5.1', '28.0.0-dev', '1.13.1']) {
    const control = (name: string, leaving: string) =>
      expectationOf(
        { control: name, daemon: version, endpoint: 'events', leaving, container: 'silent' },
        version,
        calls,
      );
    t.like(control('planted leak', 'stays'), { verdict: 'leak', givenBack: 'when-idle' });
    t.like(control('clean run', 'closes'), { verdict: 'no-leak', givenBack: 'nothing-kept' });
  }
});

test('what was not measured has no expectation, and every expectation has a reason and a reference', (t) => {
  t.is(expectedOf('27.5.1', 'attach'), undefined);
  t.is(expectedOf('26.1.5', 'attach', 'killed', 'chatty'), undefined);
  t.is(expectedOf('20.10.24', 'exec-start', 'closes', 'exits'), undefined);
  const [endpoints, leavings, containers] = factors;
  for (const endpoint of endpoints.levels)
    for (const leaving of leavings.levels)
      for (const container of containers.levels)
        for (const version of versions) {
          const cell = { daemon: version, endpoint, leaving, container };
          if (notApplicable(cell, version) !== undefined) continue;
          const { verdict, givenBack, reason, reference } = expectationOf(cell, version, calls);
          t.is(verdict === undefined, givenBack === undefined);
          t.is(verdict === undefined, reference === 'none');
          t.not(reason, '');
        }
});
