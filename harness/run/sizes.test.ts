import test from 'ava';
import { fakeScenario } from '../../test/support/fake-scenario.ts';
import { parseSizes, sizeOf } from './sizes.ts';

const scenario = fakeScenario({ sizes: { containers: { usual: 3, least: 1 }, calls: { usual: 3000, least: 60 } } });

test('what was not chosen is as usual', (t) => {
  t.deepEqual(parseSizes(['calls=60', 'containers=2'], scenario), { calls: 60, containers: 2 });
  t.deepEqual(parseSizes(['calls=60,containers=2'], scenario), { calls: 60, containers: 2 });
  t.is(sizeOf(scenario, { calls: 60 }, 'containers'), 3);
  t.is(sizeOf(scenario, { calls: 60 }, 'calls'), 60);
  t.throws(() => sizeOf(scenario, {}, 'call'), { instanceOf: RangeError });
});

for (const [text, message] of [
  ['call=60', 'fake has no size "call". Did you mean "calls"? Known: containers, calls.'],
  ['calls=59', 'calls=59: it must be an integer from 60 to 1000000 (usual: 3000).'],
  ['calls=60,calls=70', 'The size calls is given more than once.'],
  ['constructor=60', 'fake has no size "constructor". Known: containers, calls.'],
  ['__proto__=60', 'fake has no size "__proto__". Known: containers, calls.'],
  ['calls=0x40', 'calls=0x40: it must be an integer from 60 to 1000000 (usual: 3000).'],
  ['calls=1e99', 'calls=1e99: it must be an integer from 60 to 1000000 (usual: 3000).'],
  ['calls=60=70', 'calls=60=70: it must be an integer from 60 to 1000000 (usual: 3000).'],
  ['calls=', 'calls=: it must be an integer from 60 to 1000000 (usual: 3000).'],
  ['calls=1e3.5', 'calls=1e3.5: it must be an integer from 60 to 1000000 (usual: 3000).'],
] as const) {
  test(`refuses ${text}`, (t) => void t.throws(() => parseSizes([text], scenario), { message }));
}

test('a scenario without sizes', (t) => {
  t.throws(() => parseSizes(['calls=60'], fakeScenario({})), {
    message: 'fake has nothing that could be made smaller.',
  });
});
