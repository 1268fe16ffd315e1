import test from 'ava';
import { capacityOf } from './capacity.ts';

const GiB = 2 ** 30;

test('memory, cores and the most cells bound what runs side by side, whichever queue it is of', (t) => {
  const capacity = capacityOf(5 * GiB, 10);
  const small = { memoryBytes: GiB, cores: 1 / 6 };
  const large = { memoryBytes: 3 * GiB, cores: 1 / 2 };
  const held = capacity.take(large);
  t.true(capacity.fits(small));
  capacity.take(small);
  // 4 GiB of 5 are in use, and a fifth is left alone.
  t.false(capacity.fits(small));
  held[Symbol.dispose]();
  t.true(capacity.fits(large));
  t.is(capacity.running, 1);
});

test('cores are full at one, and six sixths are one', (t) => {
  const capacity = capacityOf(100 * GiB, 10);
  for (let i = 0; i < 6; i++) {
    t.true(capacity.fits({ memoryBytes: 1, cores: 1 / 6 }));
    capacity.take({ memoryBytes: 1, cores: 1 / 6 });
  }
  t.false(capacity.fits({ memoryBytes: 1, cores: 1 / 6 }));
});

test('a host with one place takes one cell, however many cores it asks for', (t) => {
  const capacity = capacityOf(GiB, 1);
  const load = { memoryBytes: GiB / 2, cores: 2 };
  t.true(capacity.fits(load));
  capacity.take(load);
  t.false(capacity.fits(load));
  t.false(capacityOf(GiB, 1).fits({ memoryBytes: GiB, cores: 1 }));
});
