import test from 'ava';
import { requestOf } from './requests.ts';

const subject = { container: 'c1', exec: 'e1', number: 7, registry: 5000 };

test('a request is whole, half or nothing, as its client leaves', (t) => {
  const whole = requestOf('events', 'closes', subject);
  t.is(whole, 'GET /events HTTP/1.1\r\nHost: docker\r\n\r\n');
  const half = requestOf('events', 'sends-half-a-request', subject);
  t.true(whole.startsWith(half) && half.length > 0);
  t.false(half.includes('\r\n\r\n'));
  t.is(requestOf('events', 'sends-nothing', subject), '');
});

test('the length of a body is told, or that it comes in chunks', (t) => {
  const exec = requestOf('exec-start', 'closes', subject);
  const [head = '', body = ''] = exec.split('\r\n\r\n');
  t.regex(head, /^POST \/exec\/e1\/start HTTP\/1\.1$/m);
  t.regex(head, new RegExp(`^Content-Length: ${body.length}$`, 'm'));
  t.regex(requestOf('wait', 'closes', subject), /^Content-Length: 0$/m);
  const build = requestOf('build', 'closes', subject);
  t.notRegex(build, /Content-Length/);
  // The archive never gets its first header, of 512 bytes.
  t.true((build.split('\r\n\r\n')[1] ?? '').length < 512);
});

test('each pull has a tag of its own, at the stalled registry', (t) => {
  t.regex(requestOf('pull', 'closes', subject), /^POST \/images\/create\?fromImage=127\.0\.0\.1:5000\/stalled&tag=t7 /);
});
