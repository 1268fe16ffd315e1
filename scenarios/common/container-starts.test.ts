import test from 'ava';
import { fakeMachine } from '../../test/support/fake-machine.ts';
import type { CellEvent } from '../../harness/store/event.ts';
import { ContainerStarts } from './container-starts.ts';

test('each start is asked for, kept and told; those that the daemon has started are given back', async (t) => {
  const events: CellEvent[] = [];
  const starts = new ContainerStarts({
    machine: fakeMachine({}),
    event: (one) => events.push(one),
    phase: (_share, _doing, work) => work(),
  });
  const answers: Record<string, number | undefined> = { id2: 400, id3: 304 };
  const getContainer = (id: string) => ({
    start: () => {
      const statusCode = answers[id];
      return statusCode === undefined
        ? Promise.resolve()
        : Promise.reject(Object.assign(new Error(`status ${statusCode}`), { statusCode }));
    },
  });
  const daemon = Object.assign(Object.create(null), { engine: { getContainer } });
  const made = ['c1', 'c2', 'c3'].map((name, i) => ({ name, id: `id${i + 1}` }));
  // 304: it ran already.
  t.deepEqual(await starts.ask(daemon, 2, made), [made[0], made[2]]);
  t.deepEqual(starts.all, [
    { container: 'c1', daemonStart: 2, status: 204, message: '' },
    { container: 'c2', daemonStart: 2, status: 400, message: 'status 400' },
    { container: 'c3', daemonStart: 2, status: 304, message: 'status 304' },
  ]);
  t.deepEqual(
    events,
    starts.all.map((one) => ({ code: 'container-start-answered', ...one })),
  );
});
