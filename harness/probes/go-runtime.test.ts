import test from 'ava';
import { fakeDaemon } from '../../test/support/fake-daemon.ts';
import type { CellEvent, EmitEvent } from '../store/event.ts';
import { fakeMachine } from '../../test/support/fake-machine.ts';
import { goRuntime } from './go-runtime.ts';

/** A heap with so much in use, as the text of its profile ends. */
const heap = (alloc: number) =>
  `heap profile: 1: 1 [1: 1] @ heap/1048576\n\n# runtime.MemStats\n# Alloc = 7\n# HeapAlloc = ${alloc}\n# HeapInuse = 8192\n# Stack = 4096 / 9000\n`;

async function read(t: Parameters<typeof fakeDaemon>[0], answers: string[]) {
  const asked: string[] = [];
  const connect = await fakeDaemon(t, ({ url = '' }, response) => {
    asked.push(url.replace('/debug/pprof/', ''));
    response.end(answers.shift());
  });
  const daemon = { ...Object.create(null), connect };
  const events: CellEvent[] = [];
  const event: EmitEvent = (told) => void events.push(told);
  return { asked, events, values: goRuntime.read({ machine: fakeMachine(), daemon, event }) };
}

test('the heap before two collections, which are events, and after them', async (t) => {
  const { asked, events, values } = await read(t, [heap(900), heap(500), heap(400), 'goroutine profile: total 53\n']);
  const metrics = { 'heap-alloc': 400, 'heap-alloc-before-gc': 900, 'heap-inuse': 8192, stacks: 4096, goroutines: 53 };
  t.deepEqual(await values, metrics);
  t.deepEqual(asked, ['heap?debug=1', 'heap?debug=1&gc=1', 'heap?debug=1&gc=1', 'goroutine?debug=1']);
  const collection: CellEvent = { code: 'garbage-collected', page: 'heap?debug=1&gc=1' };
  t.deepEqual(events, [collection, collection]);
  t.deepEqual(
    goRuntime.metrics.map(({ metric }) => metric),
    Object.keys(metrics),
  );
});

test('what cannot be read is no zero', async (t) => {
  const { events, values } = await read(t, ['Unknown profile\n']);
  await t.throwsAsync(values, {
    message: 'reading HeapAlloc: nothing like /^# HeapAlloc = (\\d+)$/m in "Unknown profile\n"',
  });
  t.deepEqual(events, []);
});
