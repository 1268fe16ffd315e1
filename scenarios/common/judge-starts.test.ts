import test from 'ava';
import { mountFlags, systemdVersions } from '../../harness/core/mount-flags.ts';
import { expectedStarts, noneStarted } from './judge-starts.ts';

test('the flags and systemds under which no container starts, of those with a containerd of its own', (t) => {
  const refused = systemdVersions.flatMap((systemd) =>
    mountFlags
      .filter((flags) => expectedStarts('unit', systemd, flags).starts === 'not-started')
      .map((flags) => `${systemd} ${flags}`),
  );
  t.deepEqual(refused, [
    '219 slave',
    '219 private',
    '240 shared',
    '240 slave',
    '240 private',
    '252 slave',
    '252 private',
  ]);
});

test('a containerd that is a child of dockerd sees all that it mounts', (t) => {
  for (const flags of mountFlags) t.is(expectedStarts('managed', '219', flags).starts, 'started', flags);
});

test('none started: no starts at all are not none', (t) => {
  const start = (status: number) => ({ container: 'c1', daemonStart: 1, status, message: '' });
  t.false(noneStarted(undefined));
  t.false(noneStarted([]));
  t.true(noneStarted([start(400), start(500)]));
  t.false(noneStarted([start(400), start(204)]));
});
