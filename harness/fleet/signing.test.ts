import test from 'ava';
import { isSigned, sign } from './signing.ts';

const key = 'ab'.repeat(32);
const request = { method: 'PUT', path: '/results/a.1/1', sha256: 'cd'.repeat(32) };

test('only the key signs, and only this request', (t) => {
  const signature = sign(key, request);
  t.true(isSigned(key, request, signature));
  t.false(isSigned('ba'.repeat(32), request, signature));
  t.false(isSigned(key, { ...request, method: 'POST' }, signature));
  t.false(isSigned(key, { ...request, path: '/results/a.2/1' }, signature));
  t.false(isSigned(key, { ...request, sha256: '00'.repeat(32) }, signature));
  for (const wrong of ['', 'zz', signature.slice(2), `${signature}00`]) t.false(isSigned(key, request, wrong));
});
