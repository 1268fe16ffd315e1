import test from 'ava';
import { fakeDaemon } from '../../test/support/fake-daemon.ts';
import { fakeMachine } from '../../test/support/fake-machine.ts';
import { containerdRuntime, containerdRuntimeAsItIs } from './containerd-runtime.ts';

const daemon = { ...Object.create(null), pid: 56 };

test('goroutines and heap by the debug socket that the configuration names', async (t) => {
  const asked: string[] = [];
  const connect = await fakeDaemon(t, ({ url = '' }, response) => {
    asked.push(url);
    response.end(
      url.includes('goroutine')
        ? 'goroutine profile: total 33\n'
        : '# HeapAlloc = 3225928\n# HeapInuse = 8192\n# Stack = 4096 / 9000\n',
    );
  });
  const sockets: string[] = [];
  const machine = {
    ...fakeMachine({ run: { stdout: '/run/docker/containerd/containerd-debug.sock\n' } }),
    connect(socket: string) {
      sockets.push(socket);
      return connect();
    },
  };
  const values = { 'containerd-heap-alloc': 3_225_928, 'containerd-goroutines': 33 };
  t.deepEqual(await containerdRuntime.read({ machine, daemon }), values);
  t.deepEqual(new Set(sockets), new Set(['/run/docker/containerd/containerd-debug.sock']));
  t.is(asked.length, 4);
  t.is(asked.filter((url) => url.includes('gc=1')).length, 2);
  asked.length = 0;
  t.deepEqual(await containerdRuntimeAsItIs.read({ machine, daemon }), values);
  t.deepEqual(asked, ['/debug/pprof/heap?debug=1', '/debug/pprof/goroutine?debug=1']);
  t.deepEqual(
    containerdRuntime.metrics.map(({ metric, optional }) => [metric, optional]),
    Object.keys(values).map((metric) => [metric, true]),
  );
});

test('without a debug socket there is no such value; one that does not answer is an error', async (t) => {
  t.deepEqual(await containerdRuntime.read({ machine: fakeMachine(), daemon }), {});
  const connect = await fakeDaemon(t, (_, response) => response.writeHead(404).end('no page'));
  const machine = { ...fakeMachine({ run: { stdout: '/run/debug.sock\n' } }), connect };
  await t.throwsAsync(containerdRuntime.read({ machine, daemon }), {
    message: 'reading /debug/pprof/heap?debug=1: status 404, no page',
  });
});
