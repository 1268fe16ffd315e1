import test from 'ava';
import { firstThatAnswers, type RowEntry } from './row.ts';

const hangs = (version: string): RowEntry => ({ daemon: version, version, answer: 'hangs' });
const zeroed = (version: string): RowEntry => ({ daemon: version, version, answer: 'zeroed' });

test('the first of a row that no longer hangs, in any order of the row', (t) => {
  t.deepEqual(firstThatAnswers([zeroed('20.10.24'), hangs('1.13.1'), zeroed('17.12.1'), hangs('17.06.2')]), [
    'A stats call of a lost container, oldest build first: 1.13.1 hangs → 17.06.2 hangs → 17.12.1 zeroed → 20.10.24 zeroed',
    '  the first that no longer hangs is 17.12.1 (zeroed), the last that does is 17.06.2',
  ]);
});

test('cells of several clients are one build', (t) => {
  t.deepEqual(firstThatAnswers([hangs('1.13.1'), hangs('1.13.1')]), []);
});

test('rows without a turning point, and with two', (t) => {
  t.is(firstThatAnswers([hangs('1.13.1'), hangs('17.03.2')])[1], '  all of them hang');
  t.is(firstThatAnswers([zeroed('20.10.24'), zeroed('26.1.5')])[1], '  none of them hangs');
  t.deepEqual(firstThatAnswers([hangs('1.13.1'), zeroed('17.12.1'), hangs('18.09.9')]).slice(1), [
    '  the first that no longer hangs is 17.12.1 (zeroed), the last that does is 1.13.1',
    '  but 18.09.9 hangs again: this row has no single turning point',
  ]);
});
