import test from 'ava';
import { shapeOfBody, type Shape } from './shape.ts';

const id = (pair: string) => pair.repeat(32);

const has = test.macro((t, route: string, body: unknown, expected: Shape) => {
  t.deepEqual(shapeOfBody(typeof body === 'string' ? body : JSON.stringify(body), { route, root: '' }), expected);
});

test('null, missing and empty are three things', has, '/x', { a: null, b: [], c: '' }, { a: null, b: [], c: '' });
test('a number is a number', has, '/x', { Size: 1, Count: 2 }, { Size: '<number>', Count: '<number>' });
test('an exit code is what it says', has, '/x', { State: { ExitCode: 137 } }, { State: { ExitCode: '137' } });
test('of many numbers one says it', has, '/x', { percpu: [1, 2, 3] }, { percpu: ['<number>'] });
test('no numbers are none', has, '/x', { percpu: [] }, { percpu: [] });
test('a list is a set', has, '/x', ['b', 'a'], ['a', 'b']);
test('how many there are matters', has, '/x', [{ a: 1 }, { a: 2 }], [{ a: '<number>' }, { a: '<number>' }]);
test('values of the host are a kind', has, '/info', { Name: 'vm', ID: '' }, { Name: '<string>', ID: '<empty string>' });
test('and only there', has, '/containers/web/json', { Name: '/web' }, { Name: '/web' });
test(
  'ids as keys are told apart',
  has,
  '/networks/bridge',
  { [id('a1')]: { Name: 'web' }, [id('b2')]: { Name: 'db' } },
  { '<id>': { Name: 'db' }, '<id> 2': { Name: 'web' } },
);
test('several values, a line each', has, '/events', '{"a":1}\n{"b":null}\n', [{ a: '<number>' }, { b: null }]);
test('what is no JSON is text', has, '/_ping', 'OK', 'OK');
