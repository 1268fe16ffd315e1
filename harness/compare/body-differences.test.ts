import test from 'ava';
import { bodyDifferences } from './body-differences.ts';
import type { Shape } from './shape.ts';

const differ = test.macro((t, real: Shape, replica: Shape, expected: string[]) => {
  t.deepEqual(
    bodyDifferences(real, replica).map((one) => `${one.path}: ${one.real} ${one.replica}`),
    expected,
  );
});

test('none', differ, { a: [null, ''] }, { a: [null, ''] }, []);
test('as deep as it can be said', differ, { a: { b: 'x', c: true } }, { a: { b: 'y', c: true } }, ['.a.b: "x" "y"']);
test('null is not missing', differ, { a: null }, {}, ['.a: null missing']);
test('a list is not null', differ, { a: [] }, { a: null }, ['.a: [] null']);
test('the whole', differ, 'OK', { message: 'no' }, [': "OK" {"message":"no"}']);
test('lists of two lengths', differ, ['a'], ['a', 'b'], [': ["a"] ["a","b"]']);
test(
  'items are beside those that are most like them',
  differ,
  [
    { mode: 'bridge', name: 'db' },
    { mode: 'bridge', name: 'web' },
  ],
  [
    { mode: 'bridge', name: 'web' },
    { mode: 'default', name: 'db' },
  ],
  ['[].mode: "bridge" "default"'],
);
