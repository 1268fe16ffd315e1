import test from 'ava';
import { parseMessage } from './http-message.ts';

const head = 'HTTP/1.1 200 OK\r\nServer: Docker/1.13.1 (linux)\r\n';

test('a body with its length', (t) => {
  t.deepEqual(parseMessage(`${head}Content-Length: 2\r\n\r\nOK`), {
    status: 200,
    headers: [
      ['Server', 'Docker/1.13.1 (linux)'],
      ['Content-Length', '2'],
    ],
    body: 'OK',
  });
});

test('chunks with any content are put together', (t) => {
  const chunks = '4\r\na\r\nb\r\n2\r\ncd\r\n0\r\n\r\n';
  t.is(parseMessage(`${head}Transfer-Encoding: chunked\r\n\r\n${chunks}`)?.body, 'a\r\nbcd');
});

test('a chunk that is cut off is taken as far as it goes', (t) => {
  t.is(parseMessage(`${head}Transfer-Encoding: chunked\r\n\r\n8\r\nabc`)?.body, 'abc');
  t.is(parseMessage(`${head}Transfer-Encoding: chunked\r\n\r\n`)?.body, '');
});

test('lengths are of bytes, and the body is text', (t) => {
  const bytes = Buffer.from('5\r\nµm²\r\n0\r\n\r\n').toString('latin1');
  t.is(parseMessage(`${head}Transfer-Encoding: chunked\r\n\r\n${bytes}`)?.body, 'µm²');
});

test('without a whole head there is no message', (t) => {
  t.is(parseMessage(''), undefined);
  t.is(parseMessage(head), undefined);
  t.is(parseMessage('220 ready\r\n\r\n'), undefined);
});
