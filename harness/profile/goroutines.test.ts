import test from 'ava';
import { shortName } from './function-name.ts';
import { decidingFrames, readGoroutines } from './goroutines.ts';
import { recorded } from './testing/fixtures.ts';

test('the recorded 1.13.1: three goroutines a call, and what they wait for', async (t) => {
  const groups = readGoroutines((await recorded()).goroutines);
  t.is(
    groups.reduce((sum, { count }) => sum + count, 0),
    12_033,
  );
  t.deepEqual(
    groups.slice(0, 4).map((group) => [group.count, ...decidingFrames(group).slice(0, 2).map(shortName)]),
    [
      [4001, 'hack.(*MalformedHostHeaderOverrideConn).Read', 'http.(*connReader).backgroundRead'],
      [4000, 'daemon.(*Daemon).ContainerStats', 'container.(*containerRouter).getContainersStats'],
      [4000, 'router.cancellableHandler.func1.1'],
      [6, 'ioutils.(*BytesPipe).Read', 'logger.(*Copier).copySrc'],
    ],
  );
});

const dump = `goroutine profile: total 6
2 @ 0x1 0x2
# labels: {"key":"value"}
#\t0x1\tsync.(*Mutex).Lock+0x1\t/src/mutex.go:1
#\t0x2\tdocker/daemon.(*Daemon).Wait+0x2\t/src/wait.go:10

3 @ 0x1 0x3
#\t0x1\tsync.(*Mutex).Lock+0x1\t/src/mutex.go:1
#\t0x3\tdocker/daemon.(*Daemon).Wait+0x3\t/src/wait.go:20

1 @ 0x4
#\t0x4\truntime.goexit+0x4\t/src/asm.s:1
`;

test('a line within a function makes no group; a stack of the runtime alone is shown as it is', (t) => {
  const groups = readGoroutines(dump);
  t.deepEqual(groups, [
    { count: 5, frames: ['sync.(*Mutex).Lock', 'docker/daemon.(*Daemon).Wait'] },
    { count: 1, frames: ['runtime.goexit'] },
  ]);
  t.deepEqual(groups.map(decidingFrames), [['docker/daemon.(*Daemon).Wait'], ['runtime.goexit']]);
});

test('a dump that was cut off is no dump', (t) => {
  t.throws(() => readGoroutines(dump.slice(0, 140)), { message: 'reading goroutines: 2 in groups, 6 in all' });
  t.throws(() => readGoroutines('Unknown profile\n'), {
    message: 'reading goroutines: nothing like /^goroutine profile: total (\\d+)$/m in "Unknown profile\n"',
  });
});
