import test from 'ava';
import { compareVersions, isBefore, isBetweenReleases } from './version.ts';

const inOrder = [
  '1.9.1',
  '1.12.6',
  '1.13.1',
  '17.03.2-ce',
  '17.06.0-ce',
  '17.12.1-ce',
  '18.09.9',
  '20.10.5',
  '20.10.24',
];

test('versions are sorted by their numbers', (t) => {
  t.deepEqual(inOrder.toReversed().sort(compareVersions), inOrder);
});

const equals = test.macro({
  exec(t, a: string, b: string) {
    t.is(compareVersions(a, b), 0);
    t.is(compareVersions(b, a), 0);
    t.false(isBefore(a, b));
    t.false(isBefore(b, a));
  },
  title: (_, a: string, b: string) => `${a} is ${b}`,
});

test(equals, '17.09.0-ce', '17.09');
test(equals, '17.06.2-ce', '17.6.2');
test(equals, '29', '29.0.0');
test(equals, '1.13.1-209.git7d71120.el7.centos', '1.13.1');
test(equals, '28.5.2+dfsg3', '28.5.2');

test('what is before what', (t) => {
  t.true(isBefore('1.13.1', '20.10'));
  t.true(isBefore('19.03.13', '20.10'));
  t.false(isBefore('20.10.0', '20.10'));
  t.false(isBefore('26.1.5', '20.10'));
});

test('versions that many commits share', (t) => {
  for (const version of ['17.06.0-dev', 'dev', '29.0.0-dev+unknown']) t.true(isBetweenReleases(version), version);
  for (const version of ['17.06.0-ce', '17.06.0', '18.09.0-rc1', 'develop'])
    t.false(isBetweenReleases(version), version);
});
