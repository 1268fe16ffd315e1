import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { openLocalMachine } from '../../harness/machines/local/local.ts';
import type { Machine } from '../../harness/machine/contract.ts';
import { openMicroVm } from '../../harness/machines/microvm/open.ts';
import { reproducerOf } from '../../harness/upstream/reproducer.ts';
import { quietly } from '../../harness/fetch/cache.ts';
import { fetchDockerBuild } from '../../harness/fetch/docker-build.ts';
import { fetchUserland } from '../../harness/fetch/userland.ts';
import { microVmOptions } from '../support/micro-vm.ts';
import { scratch } from '../support/scratch.ts';

const limit = 6 * 60_000;

/** The tools of a maintainer: a docker, a shell and its usual programs; nothing of the lab. */
async function openMaintainersMachine(version: string, suite: string, memoryBytes = 1 << 30): Promise<Machine> {
  const build = await fetchDockerBuild(version, quietly());
  const userland = await fetchUserland(`maintainer-${suite}`, quietly());
  return openLocalMachine({ ...build, userland }, { memoryBytes, diskBytes: 512 << 20, seconds: 900 });
}

for (const [version, suite] of [
  ['20.10.24', 'bookworm'],
  ['26.1.5', 'trixie'],
] as const) {
  test.serial(`the stand-alone scripts on ${version}, with and without the cause`, async (t) => {
    t.timeout(18 * 60_000);
    await using machine = await openMaintainersMachine(version, suite);
    const answers: Record<string, string> = {};
    for (const [scenario, settings] of [
      ['netns-restore', ['mount_flags=slave', 'mount_flags=unset']],
      ['collector-stall', ['collector=stalled', 'collector=healthy']],
      ['abandoned-calls', ['endpoint=attach', 'endpoint=attach-websocket', 'endpoint=events']],
    ] as const) {
      const reproducer = await reproducerOf(scenario, {}, 'a test');
      await machine.writeFile('/tmp/reproduce.sh', reproducer?.script ?? '');
      for (const setting of settings) {
        const ran = await machine.run(['sh', '/tmp/reproduce.sh', setting], { timeout: limit });
        const last = ran.stdout.split('\n').at(-1) ?? '';
        // A file or two of the daemon's own come and go.
        const counted = last.replace(/\b(9\d|10\d) more/, 'N more').replace(/\b[4-7]\d\d more/, 'N × more');
        answers[`${scenario} ${setting}`] = `${ran.exitCode} ${counted}`;
        t.false(ran.timedOut, ran.stdout + ran.stderr);
      }
    }
    t.deepEqual(answers, {
      'netns-restore mount_flags=slave':
        '0 REPRODUCED: 2 of 2 running containers have lost their network namespace; stats of 0 hang',
      'netns-restore mount_flags=unset': '1 NOT REPRODUCED: every running container still has its network namespace',
      'collector-stall collector=stalled':
        '0 REPRODUCED: N more open files for 100 calls, for as long as their clients wait',
      'collector-stall collector=healthy': '1 NOT REPRODUCED: calls are answered, and released',
      'abandoned-calls endpoint=attach':
        '0 REPRODUCED: N more open files and N × more goroutines for 100 calls whose clients have gone',
      'abandoned-calls endpoint=attach-websocket':
        '0 REPRODUCED: N more open files and N × more goroutines for 100 calls whose clients have gone',
      'abandoned-calls endpoint=events': '1 NOT REPRODUCED: the daemon keeps nothing of the calls',
    });
    t.is(await leftBehind(machine), '');
  });
}

test.serial('abandoned calls on rolling: attach is mended, by websocket it is not', async (t) => {
  t.timeout(18 * 60_000);
  await using machine = await openMaintainersMachine('rolling', 'sid');
  const reproducer = await reproducerOf('abandoned-calls', {}, 'a test');
  await machine.writeFile('/tmp/reproduce.sh', reproducer?.script ?? '');
  const answers: string[] = [];
  for (const endpoint of ['attach', 'attach-websocket', 'events']) {
    const ran = await machine.run(['sh', '/tmp/reproduce.sh', `endpoint=${endpoint}`], { timeout: limit });
    answers.push(`${endpoint}: ${ran.exitCode} ${ran.stdout.split('\n').at(-1)?.split(':')[0]}`);
  }
  t.deepEqual(answers, ['attach: 1 NOT REPRODUCED', 'attach-websocket: 0 REPRODUCED', 'events: 1 NOT REPRODUCED']);
  t.is(await leftBehind(machine), '');
});

test.serial('a shim of Go 1.19, whose heap a memory limit does not keep small in time', async (t) => {
  t.timeout(4 * 60_000);
  await using machine = await openMaintainersMachine('20.10.24', 'bookworm');
  const reproducer = await reproducerOf('exec-churn', {}, 'a test');
  await machine.writeFile('/tmp/reproduce.sh', reproducer?.script ?? '');
  const ran = await machine.run(['sh', '/tmp/reproduce.sh'], { timeout: limit });
  t.is(ran.exitCode, 2, ran.stdout);
  t.is(
    ran.stderr,
    'this needs a shim that was built with Go 1.20 or later, and /usr/bin/containerd-shim-runc-v2 has 1.19',
  );
  t.is(await leftBehind(machine), '');
});

/** By docker: 26.1.5 has containerd 1.7, rolling containerd 2. */
for (const [version, suite, calls] of [
  ['26.1.5', 'trixie', ['resize']],
  ['rolling', 'sid', ['resize', 'ping']],
] as const) {
  test.serial(`what the shim of ${version} keeps of calls, by the stand-alone script`, async (t) => {
    t.timeout(20 * 60_000);
    await using machine = await openMaintainersMachine(version, suite, 4 * 2 ** 30);
    const reproducer = await reproducerOf('exec-churn', {}, 'a test');
    await machine.writeFile('/tmp/reproduce.sh', reproducer?.script ?? '');
    const said: string[] = [];
    for (const call of calls) {
      const ran = await machine.run(['sh', '/tmp/reproduce.sh', `call=${call}`], { timeout: limit });
      said.push(
        `${call}: ${ran.exitCode} ${ran.stdout
          .split('\n')
          .at(-1)
          ?.replaceAll(/-?\d+ bytes/g, 'N bytes')}`,
      );
      t.log(ran.stdout + ran.stderr);
    }
    t.deepEqual(
      said.map((line) => line.replace(/\d+ for ten/, 'N for ten')),
      [
        'resize: 0 REPRODUCED: the shim has N bytes more after 120000 calls, N for ten calls, in both halves',
        'ping: 1 NOT REPRODUCED: the shim has N bytes more after 120000 calls: less than 40000, or not in both halves',
      ].slice(0, calls.length),
    );
    t.is(await leftBehind(machine), '');
  });
}

/** Directories, cgroups and daemons of a script, after it has ended. */
async function leftBehind(machine: Machine): Promise<string> {
  const look =
    'cd /; find /tmp /sys/fs/cgroup -name "tmp.*" -o -name "reproduce-*"; grep -l -e dockerd -e containerd /proc/[0-9]*/comm; :';
  const { stdout } = await machine.run(['sh', '-c', look]);
  return stdout;
}

/** As those of 1.13 do by themselves: the second start of this one is a dockerd whose stats hang. */
const hangs = `#!/bin/sh
case "$*" in *--version*|*--help*) exec /usr/sbin/dockerd "$@" ;; esac
if [ -e "$INSIDE/again" ]; then
  { until [ "$(curl -s --max-time 1 --unix-socket "$INSIDE/docker.sock" http://docker/_ping)" = OK ]; do :; done
    kill -STOP $(cat "$INSIDE"/run/*/*containerd.pid); } &
fi
: >"$INSIDE/again"
exec /usr/sbin/dockerd "$@"
`;

test.serial(
  'stats that hang are seen, a directory of programs comes first, and an interrupted script leaves nothing',
  async (t) => {
    t.timeout(12 * 60_000);
    await using machine = await openMaintainersMachine('20.10.24', 'bookworm');
    const reproducer = await reproducerOf('netns-restore', {}, 'a test');
    await machine.writeFile('/tmp/reproduce.sh', reproducer?.script ?? '');
    await machine.run(['mkdir', '/tmp/docker']);
    await machine.writeFile('/tmp/docker/dockerd', hangs);
    await machine.run(['chmod', '755', '/tmp/docker/dockerd']);
    const answer = async (setting: string) => {
      const words = ['sh', '-c', 'cd /tmp && exec sh reproduce.sh docker containers=1 "$0"', setting];
      const { exitCode, stdout } = await machine.run(words, { timeout: limit });
      return [exitCode, stdout.split('\n').at(-1)];
    };
    t.deepEqual(await answer('mount_flags=slave'), [
      0,
      'REPRODUCED: 1 of 1 running containers have lost their network namespace; stats of 1 hang',
    ]);
    t.deepEqual(await answer('mount_flags=unset'), [
      0,
      'REPRODUCED: stats of 1 of 1 running containers hang, though their network namespaces are kept',
    ]);
    const interrupt =
      'sh /tmp/reproduce.sh >/tmp/said & until grep -q stopping /tmp/said; do sleep 0.1; done; kill -TERM $!; wait $!; echo $?; rm /tmp/said';
    const interrupted = await machine.run(['sh', '-c', interrupt], { timeout: limit });
    t.is(interrupted.stdout, '143');
    t.is(await leftBehind(machine), '');
  },
);

test.serial('the stand-alone script for kernels on 5.10, with and without the cause', async (t) => {
  t.timeout(12 * 60_000);
  await using vm = await openMicroVm(await microVmOptions('5.10', scratch(t)));
  const reproducer = await reproducerOf('kmem-slab', {}, 'a test', { cgroups: 30 });
  await vm.writeFile('/reproduce.sh', reproducer?.script ?? '');
  const answers: string[] = [];
  for (const workload of ['kmem', 'page-cache', 'files-kept', 'objects-freed', 'shell', 'nothing']) {
    const ran = await vm.run(['sh', '/reproduce.sh', `workload=${workload}`], { timeout: limit });
    answers.push(`${workload}: ${ran.exitCode} ${ran.stdout.split('\n').at(-1)?.split(':')[0]}`);
  }
  t.deepEqual(answers, [
    'kmem: 0 REPRODUCED',
    'page-cache: 0 REPRODUCED',
    // Of what 3.10 does with these nothing is left on 5.10.
    'files-kept: 1 NOT REPRODUCED',
    'objects-freed: 1 NOT REPRODUCED',
    'shell: 1 NOT REPRODUCED',
    'nothing: 1 NOT REPRODUCED',
  ]);
});

test('what a script cannot do without, it says', async (t) => {
  const reproducer = await reproducerOf('netns-restore', {}, 'a test');
  const file = path.join(scratch(t), 'reproduce.sh');
  writeFileSync(file, reproducer?.script ?? '');
  const empty = scratch(t);
  const ran = await execa('sh', [file, empty], { reject: false, env: { PATH: '/usr/bin:/bin' }, extendEnv: false });
  t.is(ran.exitCode, 2);
  t.true(['this needs root', `this needs dockerd, and ${empty} has none`].includes(ran.stderr), ran.stderr);
  t.true((reproducer?.script.split('\n').length ?? 999) < 150);
});
