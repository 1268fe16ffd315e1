import test from 'ava';
import { normalise } from './placeholders.ts';

const id = '74edb62107a8f47f4646958553443a2d10d0c712f3a9e8521e2f972decd9732b';

const becomes = test.macro((t, text: string, expected: string) => {
  t.is(normalise(text, '/var/lib/docker'), expected);
});

test('an id', becomes, `No such container: ${id}`, 'No such container: <id>');
test('a digest', becomes, `sha256:${id}`, 'sha256:<id>');
test('the beginning of an id, as a host name', becomes, '74edb62107a8', '<id>');
test('the same without a letter in it', becomes, '951900000000', '<id>');
test('twelve digits in a sentence are a number', becomes, 'size 951900000000', 'size 951900000000');
test('words of hexadecimal digits are words', becomes, 'a feedbeefcafe', 'a feedbeefcafe');
test('a date', becomes, '2026-11-22T04:34:51.637456319Z', '<time>');
test("Go's zero time is none", becomes, '0001-01-01T00:00:00Z', '<never>');
test('an address with its prefix', becomes, '172.17.0.2/16', '<address>');
test('a version is no address', becomes, '1.13.1', '1.13.1');
test('a hardware address', becomes, '02:42:ac:11:00:02', '<mac>');
test('the data root', becomes, `/var/lib/docker/containers/${id}/hosts`, '<root>/containers/<id>/hosts');
test('a namespace', becomes, '/var/run/docker/netns/63798adb8c48', '<exec root>/netns/<id>');
test('one without a letter in its id', becomes, '/var/run/docker/netns/635414412882', '<exec root>/netns/<id>');
test('how long ago', becomes, 'Exited (137) 2 seconds ago', 'Exited (137) <duration> ago');
test('how long', becomes, 'Up Less than a second', 'Up <duration>');
test(
  'what the restore says',
  becomes,
  'restore sandbox 63798ad: failed to set into network namespace 8 while',
  'restore sandbox <id>: failed to set into network namespace <fd> while',
);

test('without a data root nothing is taken for one', (t) => {
  t.is(normalise('/hosts', ''), '/hosts');
});
