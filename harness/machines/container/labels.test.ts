import test from 'ava';
import { isLeft, ownLabels } from './labels.ts';

test('what this process has made is not left over; what another boot of this host has, is', (t) => {
  const own = ownLabels();
  t.false(isLeft(own));
  t.true(isLeft({ ...own, 'dockerd-leak-lab.owner': '00000000.1.1.1' }));
});

test('another host’s processes cannot be seen from here', (t) => {
  const theirs = { 'dockerd-leak-lab.owner': '00000000.1.1.1', 'dockerd-leak-lab.host': 'another host' };
  t.false(isLeft(theirs));
});

test('what the lab has not labelled is not the lab’s', (t) => {
  t.false(isLeft(undefined));
  t.false(isLeft({}));
  t.false(isLeft({ ...ownLabels(), 'dockerd-leak-lab.owner': 'somebody' }));
});
