import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { LabError } from '../core/errors.ts';
import { parseMessage } from './http-message.ts';
import { readRecording } from './recording.ts';

const id = '74edb62107a8f47f4646958553443a2d10d0c712f3a9e8521e2f972decd9732b';
const request = (method: string, target: string, body: unknown = null) => ({ method, path: target, body });
const closed = (response: string) => ({ end: 'closed', response });
const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

const entries = [
  {
    tag: 'create',
    request: request('POST', '/v1.25/containers/create?name=web', { Image: 'bb', Cmd: ['x'] }),
    ...closed(`HTTP/1.1 201 Created\r\n\r\n{"Id":"${id}","Warnings":null}\n`),
  },
  { tag: 'inspect', request: request('GET', `/containers/${id}/json`), ...closed(`${head}ff\r\n{}\n\r\n0\r\n\r\n`) },
  { tag: 'stream', request: request('GET', '/stats'), end: 'timeout', response: `${head}3\r\n{}\n\r\n3\r\n{}\n\r\n` },
  { tag: 'after-restart-stats', request: request('GET', '/stats?stream=0'), end: 'timeout', response: '' },
  { tag: 'rm-again', request: request('DELETE', `/containers/${id}`), log: ['level=error msg="No such container"'] },
];

function fileOf(t: ExecutionContext, content: string): string {
  const file = path.join(scratch(t), 'recorded.json');
  writeFileSync(file, content);
  return file;
}

test('requests become steps, and what came back is what is expected of them', async (t) => {
  const { script, observations, image } = await readRecording(fileOf(t, JSON.stringify(entries)));
  t.is(image, 'bb');
  t.deepEqual(script, [
    { name: 'start', start: true },
    { name: 'create', method: 'POST', path: '/v1.25/containers/create?name=web', body: { Image: 'bb', Cmd: ['x'] } },
    { name: 'inspect', method: 'GET', path: '/containers/{web}/json' },
    { name: 'stream', method: 'GET', path: '/stats', until: 'frame' },
    { name: 'restart', start: true },
    { name: 'after-restart-stats', method: 'GET', path: '/stats?stream=0', ticks: 4 },
    { name: 'rm-again', method: 'DELETE', path: '/containers/{web}' },
  ]);
  t.deepEqual(
    observations.map(({ exchange }) => exchange?.ending),
    [undefined, 'closed', 'closed', 'frame', undefined, 'open', undefined],
  );
  t.deepEqual(observations.at(-1)?.log, ['level=error msg="No such container"']);
});

test('lengths of chunks that were shortened since are counted anew', async (t) => {
  const { observations } = await readRecording(fileOf(t, JSON.stringify(entries)));
  t.is(observations[2]?.exchange?.response, `${head}3\r\n{}\n\r\n`);
  t.is(parseMessage(observations[3]?.exchange?.response ?? '')?.body, '{}\n{}\n');
});

test('starts that were recorded are kept where they are', async (t) => {
  const started = [{ tag: 'first', start: true, log: ['level=info msg=ready'] }, ...entries.slice(0, 1)];
  const { script, observations } = await readRecording(fileOf(t, JSON.stringify(started)));
  t.deepEqual(script[0], { name: 'first', start: true });
  t.deepEqual(observations[0]?.log, ['level=info msg=ready']);
});

test('a file that is none', async (t) => {
  const file = fileOf(t, '[{"tag":"x"}]');
  const error = await t.throwsAsync(readRecording(file), { instanceOf: LabError });
  t.true(error.message.startsWith(`reading what was recorded in ${file}: ✖ Invalid input`), error.message);
  t.true(
    error.message.endsWith(
      `
  expected: a list of requests, each with a tag, the request, and the response or the log that it left
  what you can do: harness/compare/recorded has one of dockerd 1.13.1`,
    ),
    error.message,
  );
});

test('the recording of 1.13.1: every request, and the restart between', async (t) => {
  const { script, observations, image } = await readRecording(
    path.join(import.meta.dirname, 'recorded/dockerd-1.13.1.json'),
  );
  t.is(image, 'bb');
  t.is(script.filter((step) => 'path' in step).length, 40);
  t.deepEqual(
    script.filter((step) => 'start' in step).map(({ name }) => name),
    ['start', 'restart'],
  );
  t.is(observations.find(({ step }) => step.name === 'after-restart-stats')?.exchange?.ending, 'open');
  t.true(observations.every(({ log }) => log !== undefined));
});
