import test from 'ava';
import { firstThatKeepsNothing, type RowEntry } from './row.ts';

const calls = 'attach, closes, silent';
const leaks = (version: string): RowEntry => ({ daemon: version, version, calls, keeps: true });
const clean = (version: string): RowEntry => ({ daemon: version, version, calls, keeps: false });

test('the first of a row that keeps nothing, in any order of the row', (t) => {
  t.deepEqual(firstThatKeepsNothing([clean('28.5.2'), leaks('20.10.24'), leaks('26.1.5')]), [
    'Abandoned calls (attach, closes, silent), oldest build first: 20.10.24 leaks → 26.1.5 leaks → 28.5.2 keeps nothing',
    '  the first that keeps nothing is 28.5.2, the last that leaks is 26.1.5',
  ]);
});

test('each kind of call has a row of its own; calls that no build keeps have none', (t) => {
  const others = [
    { ...clean('26.1.5'), calls: 'events, closes, silent' },
    { ...clean('28.5.2'), calls: 'events, closes, silent' },
    { ...leaks('26.1.5'), calls: 'pull, closes, silent' },
    { ...leaks('28.5.2'), calls: 'pull, closes, silent' },
  ];
  t.deepEqual(firstThatKeepsNothing([leaks('26.1.5'), clean('28.5.2'), ...others]), [
    'Abandoned calls (attach, closes, silent), oldest build first: 26.1.5 leaks → 28.5.2 keeps nothing',
    '  the first that keeps nothing is 28.5.2, the last that leaks is 26.1.5',
    'Abandoned calls (pull, closes, silent), oldest build first: 26.1.5 leaks → 28.5.2 leaks',
    '  all of them leak',
  ]);
});

test('rows without a turning point, and a build alone', (t) => {
  t.is(
    firstThatKeepsNothing([clean('20.10.24'), leaks('26.1.5')])[1],
    '  the first that leaks is 26.1.5, the last that keeps nothing is 20.10.24',
  );
  t.is(
    firstThatKeepsNothing([leaks('20.10.24'), clean('26.1.5'), leaks('28.5.2')])[1],
    '  this row has no single turning point',
  );
  t.deepEqual(firstThatKeepsNothing([leaks('26.1.5')]), []);
});
