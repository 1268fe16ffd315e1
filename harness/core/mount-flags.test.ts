import test from 'ava';
import {
  asUnit,
  eraOfVersion,
  losesMounts,
  mountFlags,
  mountFlagsOf,
  systemdEras,
  type MountFlags,
} from './mount-flags.ts';

const unshared = ['/usr/bin/unshare', '--mount', '--propagation', 'unchanged', 'busybox', 'sh', '-c'];
const mounted = (script: string) => [...unshared, script, 'unit', 'dockerd', '--debug'];
const inTheHost = ['dockerd', '--debug'];

const runs = test.macro({
  exec(t, systemd: string, flags: MountFlags, command: string[], loses: boolean) {
    t.deepEqual(asUnit(systemd, flags, ['dockerd', '--debug']), command);
    t.is(losesMounts(systemd, flags), loses);
  },
  title: (_, systemd: string, flags: MountFlags) => `systemd ${systemd}, MountFlags ${flags}`,
});

const once = (propagation: string) => mounted(`busybox mount --make-r${propagation} / && exec "$@"`);
const afterSlave = (propagation: string) =>
  mounted(`busybox mount --make-rslave / && busybox mount --make-r${propagation} / && exec "$@"`);

test(runs, '219', 'unset', inTheHost, false);
test(runs, '219', 'shared', once('shared'), false);
test(runs, '219', 'slave', once('slave'), true);
test(runs, '219', 'private', once('private'), true);
test(runs, '240', 'unset', inTheHost, false);
test(runs, '240', 'shared', afterSlave('shared'), true);
test(runs, '240', 'slave', afterSlave('slave'), true);
test(runs, '240', 'private', afterSlave('private'), true);
test(runs, '252', 'unset', inTheHost, false);
test(runs, '252', 'shared', inTheHost, false);
test(runs, '252', 'slave', afterSlave('slave'), true);
test(runs, '252', 'private', afterSlave('private'), true);

test('these are all eras and all flags', (t) => {
  t.deepEqual(
    systemdEras.map(({ version }) => version),
    ['219', '240', '252'],
  );
  t.deepEqual([...mountFlags], ['unset', 'shared', 'slave', 'private']);
});

test('a level stands for its flags', (t) => {
  t.deepEqual(mountFlags.map(mountFlagsOf), [...mountFlags]);
  t.throws(() => mountFlagsOf('rslave'), { instanceOf: RangeError, message: 'no MountFlags are called rslave' });
});

test('an unknown era', (t) => {
  const unknown = { instanceOf: RangeError, message: 'no era of systemd is called 238' };
  t.throws(() => asUnit('238', 'slave', ['dockerd']), unknown);
  t.throws(() => losesMounts('238', 'slave'), unknown);
});

test('the era of a version', (t) => {
  const eras = [208, 219, 238, 239, 241, 242, 252, 257].map((version) => eraOfVersion(version).version);
  t.deepEqual(eras, ['219', '219', '219', '240', '240', '252', '252', '252']);
});
