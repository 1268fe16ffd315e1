import test from 'ava';
import { fakeMachine } from '../../test/support/fake-machine.ts';
import { containerd } from './containerd.ts';
import { findRuntime, runtimeIn } from './runtime-processes.ts';
import { shims } from './shims.ts';

const line = (pid: number, program: string) =>
  `lrwxrwxrwx    1 0        0                0 Nov 26 09:06 /proc/${pid}/exe -> ${program}`;

test('containerd and its shims, as dockers of several ages call them', (t) => {
  const listing = [
    line(1, '/bin/busybox'),
    line(56, '/usr/sbin/dockerd'),
    line(64, '/usr/bin/containerd'),
    line(194, '/usr/bin/containerd-shim-runc-v2'),
    line(201, '/usr/bin/containerd-shim-runc-v2 (deleted)'),
    line(230, '/usr/bin/containerd-shim'),
    line(240, '/opt/containerd-shimmer'),
  ].join('\n');
  t.deepEqual(runtimeIn(listing), { containerds: [64], shims: [194, 201, 230] });
  const old = [line(64, '/usr/bin/docker-containerd'), line(99, '/usr/bin/docker-containerd-shim')].join('\n');
  t.deepEqual(runtimeIn(old), { containerds: [64], shims: [99] });
  t.deepEqual(runtimeIn(''), { containerds: [], shims: [] });
});

const target = (stdout: string) => ({
  machine: fakeMachine({ run: { stdout } }),
  daemon: { ...Object.create(null), pid: 56 },
});

test('of several containerds the child of dockerd is taken, and none where it cannot be told', async (t) => {
  const listing = [
    line(64, '/usr/bin/containerd'),
    line(70, '/usr/local/bin/containerd'),
    line(99, '/bin/containerd-shim'),
  ];
  const among = (parents: string) => {
    const fake = target('');
    const run = (command: readonly string[]) =>
      fakeMachine({ run: { stdout: command.includes('grep') ? parents : listing.join('\n') } }).run(command);
    return findRuntime({ ...fake, machine: { ...fake.machine, run } });
  };
  const parents = '/proc/64/status:PPid:\t1\n/proc/70/status:PPid:\t56\n';
  t.deepEqual(await among(parents), { containerd: 70, shims: [99] });
  await t.throwsAsync(among('/proc/64/status:PPid:\t1\n/proc/70/status:PPid:\t1\n'), {
    message: 'reading containerd: 2 of them run (64, 70), of which 0 are children of dockerd, process 56',
  });
});

test('without a containerd there is no reading; without a container all of its shims is nothing', async (t) => {
  await t.throwsAsync(containerd.read(target('')), { message: 'reading containerd: none runs' });
  t.deepEqual(await shims.read(target('')), {
    shims: 0,
    'shim-fds': 0,
    'shim-threads': 0,
    'shim-rss': 0,
    'shim-anonymous': 0,
    'shim-pss': 0,
  });
});

test('a probe reads the metrics that it names', async (t) => {
  const names = shims.metrics.map(({ metric }) => metric);
  t.deepEqual(names.toSorted(), Object.keys(await shims.read(target(''))).toSorted());
  t.deepEqual(
    shims.metrics.filter(({ optional }) => optional).map(({ metric }) => metric),
    ['shim-pss'],
  );
});
