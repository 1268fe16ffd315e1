import test from 'ava';
import { differencesOf } from './differences.ts';
import type { Ending } from './exchange.ts';
import type { Observation } from './play.ts';
import type { Ask } from './step.ts';

const ask: Ask = { name: 'inspect', method: 'GET', path: '/v1.25/containers/web/json' };
const request = 'inspect: GET /v1.25/containers/web/json';

function observed(response: string, ending: Ending = 'closed', asked: Ask = ask, log: string[] = []): Observation {
  return { step: asked, asked, exchange: { response, ending }, log };
}

function answer(body: string, status = '200 OK', headers = 'Server: Docker/1.13.1 (linux)\r\n'): string {
  return `HTTP/1.1 ${status}\r\n${headers}Date: now\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

test('answers that differ only in dates, ids and numbers are the same', (t) => {
  const one = observed(answer(`{"Id":"${'a1'.repeat(32)}","Pid":12}`));
  const other = observed(answer(`{"Id":"${'b2'.repeat(32)}","Pid":3456}`).replace('now', 'later'));
  t.deepEqual(differencesOf([one], [other]), []);
});

test('status, headers and body, each as deep as it can be said', (t) => {
  const one = observed(answer('{"State":{"Running":true,"Paused":false},"Mounts":null}'));
  const other = observed(
    answer(
      '{"State":{"Running":false},"Mounts":[]}',
      '201 Created',
      'Api-Version: 1.26\r\nServer: Docker/1.13.1 (linux)\r\n',
    ),
  );
  t.deepEqual(differencesOf([one], [other]), [
    { requests: [request], what: 'status', real: '200', replica: '201' },
    { requests: [request], what: 'header Api-Version', real: 'missing', replica: '1.26' },
    { requests: [request], what: 'body .Mounts', real: 'null', replica: '[]' },
    { requests: [request], what: 'body .State.Paused', real: 'false', replica: 'missing' },
    { requests: [request], what: 'body .State.Running', real: 'true', replica: 'false' },
  ]);
});

test('one that hangs where the other answers is all there is to say', (t) => {
  t.deepEqual(differencesOf([observed(answer('{}'))], [observed('', 'open')]), [
    { requests: [request], what: 'answer', real: 'answered', replica: 'hangs' },
  ]);
});

test('nor is a connection that is closed without an answer one that hangs', (t) => {
  t.deepEqual(differencesOf([observed('', 'open')], [observed('')]), [
    { requests: [request], what: 'answer', real: 'hangs', replica: 'nothing' },
  ]);
});

const stats: Ask = { name: 'stats', method: 'GET', path: '/containers/web/stats' };

test('a frame of which nothing was read is no answer like another', (t) => {
  const frame = (read: string) => observed(answer(`{"read":"${read}"}`), 'closed', stats);
  t.deepEqual(differencesOf([frame('0001-01-01T00:00:00Z')], [frame('2026-11-22T04:34:54.2Z')]), [
    { requests: ['stats: GET /containers/web/stats'], what: 'answer', real: 'zeroed', replica: 'answered' },
  ]);
});

test('a stream is as far as its first frame', (t) => {
  const stream: Ask = { ...stats, until: 'frame' };
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  const frame = '1b\r\n{"read":"2026-11-22T04:34Z"}\n\r\n'.replace('1b', '1d');
  const one = observed(head + frame, 'frame', stream);
  const two = observed(head + frame + frame, 'frame', stream);
  t.deepEqual(differencesOf([one], [two]), []);
  const silent = observed(head, 'open', stream);
  t.deepEqual(differencesOf([one], [silent])[0]?.replica, 'open');
});

test('a body is chunked because it is long, or because it was sent at once', (t) => {
  const chunked = (text: string) =>
    observed(
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`,
    );
  const [long, short] = [JSON.stringify('x'.repeat(2046)) + '\n', '"x"\n'];
  const what = 'header Content-Length or Transfer-Encoding';
  const framing = (one: Observation, two: Observation) =>
    differencesOf([one], [two]).filter((each) => each.what === what);
  const plain = (text: string) => observed(answer(text, '200 OK', ''));
  t.deepEqual(framing(plain(short), chunked(long)), []);
  t.deepEqual(framing(plain(short), chunked(short)), [
    { requests: [request], what, real: 'by its length', replica: 'chunked at once' },
  ]);
});

test('the same difference in several requests is one', (t) => {
  const again: Ask = { ...ask, name: 'again' };
  const of = (version: string) => [
    observed(answer('', '200 OK', `Api-Version: ${version}\r\n`)),
    observed(answer('', '200 OK', `Api-Version: ${version}\r\n`), 'closed', again),
  ];
  t.deepEqual(differencesOf(of('1.41'), of('1.26')), [
    {
      requests: [request, 'again: GET /v1.25/containers/web/json'],
      what: 'header Api-Version',
      real: '1.41',
      replica: '1.26',
    },
  ]);
});

test('lines of the log: how often, and for those of the ticks, whether at all', (t) => {
  const line = (level: string, message: string) => `time="x" level=${level} msg="${message}" `;
  const assigning = line('debug', 'Assigning addresses');
  const tick = line('error', 'collecting stats for web: sandbox web not found');
  const one = observed(answer(''), 'closed', ask, [assigning, assigning, tick]);
  const other = observed(answer(''), 'closed', ask, [assigning, tick, tick, line('info', 'hello')]);
  t.deepEqual(differencesOf([one], [other]), [
    { requests: [request], what: 'log', real: '2 × debug Assigning addresses', replica: 'debug Assigning addresses' },
    { requests: [request], what: 'log', real: 'missing', replica: 'info hello' },
  ]);
  t.deepEqual(differencesOf([one], [observed(answer(''), 'closed', ask, [assigning, assigning])]), [
    { requests: [], what: 'log', real: 'error collecting stats for web: sandbox web not found', replica: 'missing' },
  ]);
});

test('lines of an end may be of this step or of the next one', (t) => {
  const release = 'time="x" level=debug msg="ReleaseAddress(LocalDefault/172.17.0.0/16, 172.17.0.2)" ';
  const steps = (first: string[], second: string[]) => [
    observed(answer(''), 'closed', ask, first),
    observed(answer(''), 'closed', { ...ask, name: 'again' }, second),
  ];
  t.deepEqual(differencesOf(steps([release], []), steps([], [release])), []);
  t.deepEqual(differencesOf(steps([release], [release]), steps([], [release])), [
    {
      requests: [],
      what: 'log',
      real: '2 × debug ReleaseAddress(LocalDefault/<address>, <address>)',
      replica: 'debug ReleaseAddress(LocalDefault/<address>, <address>)',
    },
  ]);
});

test('two scripts are not compared', (t) => {
  t.throws(() => differencesOf([observed('')], []), { message: `the replica has not played "${request}"` });
});
