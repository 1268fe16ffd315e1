import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { startContainerd } from '../harness/daemons/containerd.ts';
import { startDockerd } from '../harness/daemons/dockerd.ts';
import { openLocalMachine } from '../harness/machines/local/local.ts';
import { watchesBudgets } from '../harness/machine/contract.ts';
import { quietly } from '../harness/fetch/cache.ts';
import { fetchDockerBuild } from '../harness/fetch/docker-build.ts';
import { scratch } from './support/scratch.ts';

const budget = { memoryBytes: 1 << 30, diskBytes: 256 << 20, seconds: 60 };
const fetching = quietly();

test.serial('a daemon that never answers is ended and told with its log', async (t) => {
  const directory = path.join(scratch(t), 'docker');
  mkdirSync(directory);
  for (const name of ['dockerd', 'containerd', 'containerd-shim-runc-v2', 'runc']) {
    writeFileSync(
      path.join(directory, name),
      '#!/bin/sh\n[ "$1" = --version ] && echo "Docker version 20.10.24, build 0000000" && exit\necho thinking >&2\nexec sleep 600\n',
    );
    chmodSync(path.join(directory, name), 0o755);
  }
  const build = await fetchDockerBuild(directory, fetching);
  await using machine = await openLocalMachine(build, budget);
  const log = path.join(directory, 'dockerd.log');
  const options = { systemd: '219', mountFlags: 'unset', liveRestore: false, log, startLimit: 1 } as const;
  const error = await t.throwsAsync(startDockerd(machine, build, options));
  t.is(
    error.message.replaceAll(/\/proc\/\d+/g, '/proc/PID').replace(' SIGKILL', ''),
    [
      'starting dockerd 20.10.24: no answer within 1 s (connect ENOENT /proc/PID/root/run/lab/docker.sock)',
      '  expected: it answers GET /_ping',
      '  evidence:',
      '    $ dockerd --debug --host unix:///run/lab/docker.sock --pidfile /run/docker.pid',
      '    thinking',
      '  what you can do: the whole log is in the run directory; `npm run lab -- doctor` checks the machine',
    ].join('\n'),
  );
});

test.serial(
  'a containerd that ends, and a dockerd that does not answer for it, are told with the log of each',
  async (t) => {
    const directory = path.join(scratch(t), 'docker');
    mkdirSync(directory);
    const program = (name: string, script: string) => {
      writeFileSync(path.join(directory, name), `#!/bin/sh\n${script}\n`);
      chmodSync(path.join(directory, name), 0o755);
    };
    program(
      'dockerd',
      '[ "$1" = --version ] && echo "Docker version 20.10.24, build 0000000" && exit\necho thinking >&2\nexit 1',
    );
    program('containerd', 'echo "no plugins" >&2\nexit 3');
    for (const name of ['containerd-shim-runc-v2', 'runc']) program(name, 'exit');
    const build = await fetchDockerBuild(directory, fetching);
    await using machine = await openLocalMachine(build, budget);
    const log = path.join(directory, 'containerd.log');
    const command = 'containerd --root /var/lib/docker/containerd/daemon --address /run/containerd/containerd.sock';
    const ended = await t.throwsAsync(startContainerd(machine, build, log));
    t.is(
      ended.message,
      [
        'starting the containerd of docker 20.10.24 as a unit: it ended with exit code 3',
        '  expected: it listens on /run/containerd/containerd.sock',
        '  evidence:',
        `    $ ${command}`,
        '    no plugins',
        '  what you can do: the whole log is in the run directory; without --only containerd=unit dockerd starts its own',
      ].join('\n'),
    );
    const containerd = { pid: 1, command, socket: '/run/containerd/containerd.sock', log };
    const unit = { systemd: '219', mountFlags: 'unset', liveRestore: false, containerd } as const;
    const error = await t.throwsAsync(
      startDockerd(machine, build, { ...unit, log: path.join(directory, 'dockerd.log') }),
    );
    t.is(
      error.message,
      [
        'starting dockerd 20.10.24: it ended with exit code 1',
        '  expected: it answers GET /_ping',
        '  evidence:',
        '    $ dockerd --debug --host unix:///run/lab/docker.sock --pidfile /run/docker.pid --containerd=/run/containerd/containerd.sock',
        '    thinking',
        `    $ ${command}`,
        '    no plugins',
        '  what you can do: the whole log is in the run directory; `npm run lab -- doctor` checks the machine',
      ].join('\n'),
    );
  },
);

test.serial('a cell sees nothing of the host, and the host nothing of it', async (t) => {
  const build = await fetchDockerBuild('20.10.24', fetching);
  const keys = readFileSync('/proc/sys/kernel/keys/root_maxkeys', 'utf8');
  await using machine = await openLocalMachine(build, budget);
  const sh = async (script: string) => (await machine.run(['busybox', 'sh', '-c', script])).stdout;
  t.is(await sh('ls /sys/class/net'), 'lo');
  t.is(await sh('cat /proc/1/comm'), 'busybox');
  t.is(
    await sh('pwd; cd .. && touch here && ls -d here /here'),
    '/\n/here\nhere',
    'its directory is the cell’s, not the host’s',
  );
  t.true(Number(await sh('echo /proc/[0-9]* | wc -w')) < 10, 'PID 1, its cat, and what this line starts');
  t.is(await sh('touch /usr/sbin/mine && echo written'), 'written');
  t.is(await sh('echo 5 > /proc/sys/kernel/keys/root_maxkeys || echo refused'), 'refused');
  const log = path.join(scratch(t), 'dockerd.log');
  const daemon = await startDockerd(machine, build, { systemd: '219', mountFlags: 'slave', liveRestore: true, log });
  t.is(await sh('stat -c %a /run/lab/docker.sock'), '600');
  t.is(await sh('stat -c %a /run/lab'), '700');
  t.is(readFileSync('/proc/sys/kernel/keys/root_maxkeys', 'utf8'), keys, 'dockerd could not raise it');
  t.is((await daemon.stop()).signal, 'SIGTERM');
  t.throws(() => readFileSync(`${build.userland.root}/usr/sbin/mine`), { code: 'ENOENT' }, 'the userland is only read');
});

test.serial('a cell knows what it may still write', async (t) => {
  const build = await fetchDockerBuild('20.10.24', fetching);
  await using machine = await openLocalMachine(build, { ...budget, diskBytes: 16 << 20 });
  t.true(watchesBudgets(machine));
  if (!watchesBudgets(machine)) return;
  t.true((await machine.diskLeft()) > 8 << 20);
  await machine.run(['busybox', 'dd', 'if=/dev/zero', 'of=/var/lib/docker/filler', 'bs=1M', 'count=64']);
  t.is(await machine.diskLeft(), 0);
});
