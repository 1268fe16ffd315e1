import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { readEvents } from './read-events.ts';
import { createRunDirectory } from './run-directory.ts';

const time = '2026-11-22T06:09:16.253Z';

function cellWith(t: ExecutionContext, ...lines: (object | string)[]): string {
  const directory = path.join(scratch(t), 'cell');
  mkdirSync(directory);
  const text = lines.map((line) => (typeof line === 'string' ? line : `${JSON.stringify({ time, ...line })}\n`));
  writeFileSync(path.join(directory, 'events.ndjson'), text.join(''));
  return directory;
}

test('an event is read as it was given', async (t) => {
  const run = await createRunDirectory(scratch(t), 'fake', new Date(0));
  const cell = await run.beginCell({ mood: 'good' }, 1);
  cell.event({ code: 'reading', dose: 10, values: { fds: 13 } });
  const { events, broken } = readEvents(cell.path);
  t.like(events, [{ code: 'reading', dose: 10, values: { fds: 13 } }]);
  t.is(broken, 0);
});

test('events of schema 1: those that plots are made of have their codes, the others are notes with their text', (t) => {
  const cell = cellWith(
    t,
    { at: 1, what: 'machine', enter: 'nsenter', uname: 'Linux cell 6.1.0' },
    { at: 2, what: 'dockerd answers', start: 1, pid: 42 },
    { at: 3, what: 'idle reading', values: { fds: 10 } },
    { at: 4, what: 'garbage collected', page: 'heap' },
    { at: 5, what: 'reading', dose: 10, values: { fds: 20 } },
    { at: 6, what: 'client gone', client: {} },
  );
  t.deepEqual(readEvents(cell), {
    events: [
      { code: 'machine', at: 1, uname: 'Linux cell 6.1.0' },
      { code: 'note', at: 2, text: 'dockerd answers' },
      { code: 'idle-reading', at: 3, values: { fds: 10 } },
      { code: 'garbage-collected', at: 4 },
      { code: 'reading', at: 5, values: { fds: 20 } },
      { code: 'clients-closed', at: 6 },
    ],
    broken: 0,
  });
});

test('lines that are no events are counted; half a line at the end is none', (t) => {
  const cell = cellWith(
    t,
    { schema: 2, at: 1, code: 'undecided', next: 10 },
    { schema: 2, at: 2, code: 'no such code' },
    { schema: 3, at: 3, what: 'of a later lab' },
    'not JSON\n',
    '{"at": 4',
  );
  const { events, broken } = readEvents(cell);
  t.deepEqual(events, [{ schema: 2, at: 1, time, code: 'undecided', next: 10 }]);
  t.is(broken, 3);
});
