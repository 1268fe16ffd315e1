import test from 'ava';
import { lowestFree, macOf } from './address.ts';

test('the first address is the one after the gateway', (t) => {
  t.is(lowestFree(new Set()), '172.17.0.2');
});

test('the lowest hole is filled first', (t) => {
  t.is(lowestFree(new Set(['172.17.0.2', '172.17.0.4', '172.17.0.5'])), '172.17.0.3');
});

test('an address that was released is given to the next container', (t) => {
  const held = new Set(['172.17.0.2', '172.17.0.3', '172.17.0.4']);
  held.delete('172.17.0.2');
  t.is(lowestFree(held), '172.17.0.2');
});

test('the last byte runs over into the third', (t) => {
  const held = new Set(Array.from({ length: 255 }, (_, i) => `172.17.0.${i + 1}`));
  t.is(lowestFree(held), '172.17.1.0');
});

test('a full subnet is refused', (t) => {
  const held = new Set(Array.from({ length: 2 ** 16 }, (_, i) => `172.17.${i >> 8}.${i & 255}`));
  t.throws(() => lowestFree(held), { message: "no available IPv4 addresses on this network's address pools: bridge" });
});

// As recorded of 1.13.1, on another subnet.
test('the hardware address is made of the address', (t) => {
  t.is(macOf('10.99.9.2'), '02:42:0a:63:09:02');
});
