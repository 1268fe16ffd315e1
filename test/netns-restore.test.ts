import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { netnsRestore } from '../scenarios/netns-restore/scenario.ts';
import { cli } from './support/cli.ts';
import { quickCli } from './support/quick-cli.ts';
import { scratch } from './support/scratch.ts';
import { timeless } from './support/timeless.ts';
import { assertStored } from './support/stored-run.ts';

const lost = ['--only', 'mountFlags=slave,liveRestore=on,starts=restarted'];
const kept = ['--only', 'mountFlags=unset,liveRestore=on,starts=restarted'];

test.serial('the main job on 20.10.24: slave loses the namespaces, unset keeps them', async (t) => {
  const out = scratch(t);
  const only = ['--only', 'mountFlags=slave,unset,liveRestore=on,starts=restarted'];
  const ran = await cli(['scenario', 'netns-restore', '--daemon', '20.10.24', '--out', out, ...only]);
  t.is(ran.exitCode, 0, ran.stdout + ran.stderr);
  const rows = new Set(timeless(ran.stdout).split('\n'));
  t.true(rows.has('slave reproduced netns lost 3/3 · stats: 3 zeroed · duplicate-ip ✔ as expected N s'), ran.stdout);
  t.true(rows.has('unset not present netns kept · stats: 3 values ✔ as expected N s'), ran.stdout);

  const link = path.join(out, 'netns-restore', 'latest');
  t.regex(readlinkSync(link), /^\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d$/);
  const shown = await quickCli(['lab', 'show', '--out', out]);
  const report = ran.stdout.slice(ran.stdout.indexOf('A dockerd that is restarted'));
  t.is(shown.stdout, report.trimEnd(), 'a stored run is printed again from its files alone');

  const slave = readdirSync(path.join(link, 'cells')).find((name) => name.includes('slave')) ?? '';
  const stored: unknown = JSON.parse(readFileSync(path.join(link, 'cells', slave, 'observations.json'), 'utf8'));
  const observations = netnsRestore.observations.reader.parse(stored);
  t.is(observations.restoreErrors.length, 3);
  for (const { line } of observations.restoreErrors) {
    t.regex(
      line,
      /level=error msg="failed to create osl sandbox while trying to restore sandbox [0-9a-f]{7}: .*invalid argument"$/,
    );
  }
  t.deepEqual(
    observations.netnsFiles.map(({ state }) => state),
    ['lost', 'lost', 'lost'],
  );
  const log = readFileSync(path.join(link, 'cells', slave, 'dockerd-2.log'), 'utf8');
  assertStored(t, out);
  t.true(log.includes(observations.restoreErrors[0]?.line ?? 'no line'), 'the line stands in the log, verbatim');
});

test.serial('26.1.5 loses them too, under every flag and systemd that cuts the mounts off', async (t) => {
  const only = ['--only', 'mountFlags=shared,liveRestore=on,starts=restarted,systemd=219,240,252'];
  const ran = await cli(['scenario', 'netns-restore', '--daemon', '26.1.5', '--out', scratch(t), ...only]);
  t.is(ran.exitCode, 0, ran.stdout + ran.stderr);
  const rows = new Set(timeless(ran.stdout).split('\n'));
  t.true(rows.has('219 not present netns kept · stats: 3 values ✔ as expected N s'), ran.stdout);
  t.true(rows.has('240 reproduced netns lost 3/3 · stats: 3 zeroed · duplicate-ip ✔ as expected N s'), ran.stdout);
  t.true(rows.has('252 not present netns kept · stats: 3 values ✔ as expected N s'), ran.stdout);
});

test.serial(
  'a containerd with a unit of its own: under slave no container starts, without flags all is kept',
  async (t) => {
    const out = scratch(t);
    const only = ['--only', 'containerd=unit,mountFlags=slave,unset,liveRestore=on,starts=restarted'];
    const ran = await cli(['scenario', 'netns-restore', '--daemon', '20.10.24', '--out', out, ...only]);
    t.is(ran.exitCode, 0, ran.stdout + ran.stderr);
    const lines = ran.stdout.split('\n').map((line) => timeless(line).trim());
    const told = lines.slice(lines.findIndex((line) => line.startsWith('in all cells'))).slice(0, -1);
    const [whyKept, whyRefused] = [
      "netns kept · stats: 3 values: with MountFlags unset the bind mounts are in the host's mount namespace too and outlive the daemon; " +
        'containerd, a unit of its own, sees what dockerd mounts (measured on 20.10.24, 26.1.5 and 28.5.2)',
      'containers do not start: containerd has a unit of its own, in the mount namespace of the host, and MountFlags slave cuts off what dockerd mounts: ' +
        'runc finds the root of the container empty, before a restart as after it (moby issues 38174 and 38191; measured on 20.10.24, 26.1.5 and 28.5.2)',
    ];
    t.deepEqual(told, [
      'in all cells: daemon=20.10.24 liveRestore=on starts=restarted systemd=219 containerd=unit setup=plain',
      'mountFlags bug observed verdict time',
      'slave unknown containers do not start ✔ as expected N s',
      'unset not present netns kept · stats: 3 values ✔ as expected N s',
      '',
      'Not present in 1 of 2 cells, as expected; unknown in 1.',
      '',
      'Why that is expected',
      whyRefused,
      whyKept,
      '',
    ]);

    const cells = path.join(out, 'netns-restore', 'latest', 'cells');
    const slave = path.join(cells, readdirSync(cells).find((name) => name.includes('slave')) ?? '');
    const stored: unknown = JSON.parse(readFileSync(path.join(slave, 'observations.json'), 'utf8'));
    const { starts = [] } = netnsRestore.observations.reader.parse(stored);
    const message =
      '(HTTP code 400) unexpected - failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ' +
      'exec: "/bin/sleep": stat /bin/sleep: no such file or directory: unknown ';
    const asked = (daemonStart: number, ...names: string[]) =>
      names.map((container) => ({ container, daemonStart, status: 400, message }));
    t.deepEqual(starts, [...asked(1, 'c1', 'c2', 'c3'), ...asked(2, 'c1', 'c2', 'c3', 'next1')]);
    t.regex(readFileSync(path.join(slave, 'containerd.log'), 'utf8'), /containerd successfully booted/);
    t.regex(
      readFileSync(path.join(slave, 'events.ndjson'), 'utf8'),
      /dockerd [^"]*--containerd=\/run\/containerd\/containerd\.sock/,
    );
    assertStored(t, out);
  },
);

test.serial('--bisect asks for the bug itself: 1 where it is present, 0 where it is absent', async (t) => {
  const words = ['scenario', 'netns-restore', '--daemon', '20.10.24', '--bisect', '--out', scratch(t)];
  t.is((await cli([...words, ...lost])).exitCode, 1);
  t.is((await cli([...words, ...kept])).exitCode, 0);
});

test.serial('--json prints the stored run and nothing else; a repeat is kept beside the first', async (t) => {
  const words = ['scenario', 'netns-restore', '--daemon', '20.10.24', '--json', '--repeat', '2', '--out', scratch(t)];
  const { exitCode, stdout } = await cli([...words, ...lost]);
  t.is(exitCode, 0);
  const stored: {
    run: { builds: { version: string; binaries: { name: string; sha256: string }[] }[] };
    cells: { plan: object }[];
  } = JSON.parse(stdout);
  t.deepEqual(
    stored.cells.map(({ plan }) => plan),
    [1, 2].map((repeat) => ({
      schema: 1,
      scenario: 'netns-restore',
      name: 'daemon=20.10.24/mountFlags=slave/liveRestore=on/starts=restarted/systemd=219/containerd=managed/setup=plain',
      hash: Object(stored.cells[0]?.plan).hash,
      cell: {
        daemon: '20.10.24',
        mountFlags: 'slave',
        liveRestore: 'on',
        starts: 'restarted',
        systemd: '219',
        containerd: 'managed',
        setup: 'plain',
      },
      repeat,
    })),
  );
  const [build] = stored.run.builds;
  t.is(build?.version, '20.10.24');
  t.regex(build?.binaries.find(({ name }) => name === 'dockerd')?.sha256 ?? '', /^[0-9a-f]{64}$/);
});

test.serial('netns-demo shows EINVAL on the lost file and a working one where the mount propagated', async (t) => {
  const { exitCode, stdout } = await cli(['lab', 'netns-demo']);
  t.is(exitCode, 0, stdout);
  const lines = stdout.split('\n');
  const after = (command: string) => lines.slice(lines.indexOf(command) + 1, lines.indexOf(command) + 3);
  t.deepEqual(after('$ nsenter --net=/mnt/lost readlink /proc/self/ns/net'), [
    "nsenter: reassociate to namespace 'ns/net' failed: Invalid argument",
    '→ exit code 1',
  ]);
  const [namespace = '', end] = after('$ nsenter --net=/mnt/kept readlink /proc/self/ns/net');
  t.regex(namespace, /^net:\[\d+\]$/);
  t.is(end, '→ exit code 0');
});
