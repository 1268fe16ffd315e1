import test from 'ava';
import { newState, type ContainerRecord } from '../record.ts';
import { readFilter } from './filters.ts';

const web: ContainerRecord = {
  id: '74edb621'.repeat(8),
  name: 'web',
  created: '',
  imageId: '',
  config: { Labels: { tier: 'front' } },
  hostConfig: {},
  state: newState(),
  restartCount: 0,
  manuallyStopped: false,
  network: { sandbox: '', endpoints: {} },
};

const matches = test.macro((t, text: string, expected: boolean) => {
  t.is(readFilter(text).matches(web), expected);
});

test('no filter', matches, '', true);
test('the whole name', matches, '{"name":["web"]}', true);
test('a part of the name', matches, '{"name":["^we"]}', true);
test('another name', matches, '{"name":["db"]}', false);
test('one of two names', matches, '{"name":["db","web"]}', true);
test('as clients of old write it', matches, '{"name":{"web":true}}', true);
test('the beginning of the id', matches, '{"id":["^74ed"]}', true);
test('its status', matches, '{"status":["created"]}', true);
test('another status', matches, '{"status":["running"]}', false);
test('a label', matches, '{"label":["tier"]}', true);
test('a label with its value', matches, '{"label":["tier=front"]}', true);
test('a label with another value', matches, '{"label":["tier=back"]}', false);
test('every filter has to match', matches, '{"name":["web"],"status":["running"]}', false);

test('asking for a status asks for containers that do not run, too', (t) => {
  t.true(readFilter('{"status":["exited"]}').byStatus);
  t.false(readFilter('{"name":["web"]}').byStatus);
});

test('what 1.13.1 refuses', (t) => {
  t.throws(() => readFilter('{"colour":["red"]}'), { message: "Invalid filter 'colour'" });
  t.throws(() => readFilter('{"status":["tired"]}'), { message: 'Unrecognised filter value for status' });
});
