import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { cli } from './support/cli.ts';
import { scratch } from './support/scratch.ts';
import { assertStored } from './support/stored-run.ts';

const lost = ['--only', 'mountFlags=slave,liveRestore=on,starts=restarted'];
const kept = ['--only', 'mountFlags=unset,liveRestore=on,starts=restarted'];

/** Removes the parts of a printed run that change from run to run. */
function timeless(text: string): string {
  return text.replaceAll(/\d+\.\d s/g, 'N s').replaceAll(/ +/g, ' ');
}

test.serial('the main job on 20.10.24: slave loses the namespaces, unset keeps them', async (t) => {
  const out = scratch(t);
  const only = ['--only', 'mountFlags=slave,unset,liveRestore=on,starts=restarted'];
  const ran = await cli(['scenario', 'netns-restore', '--daemon', '20.10.24', '--out', out, ...only]);
  t.is(ran.exitCode, 0, ran.stdout + ran.stderr);
  const rows = new Set(ran.stdout.split('\n').map((line) => timeless(line).trim()));
  t.true(rows.has('slave netns lost 3/3 · stats: 3 zeroed · duplicate-ip the same ✔ as expected N s'), ran.stdout);
  t.true(rows.has('unset netns kept · stats: 3 values the same ✔ as expected N s'), ran.stdout);

  const link = path.join(out, 'netns-restore', 'latest');
  t.regex(readlinkSync(link), /^\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d$/);
  const shown = await cli(['lab', 'show', '--out', out]);
  const report = ran.stdout.slice(ran.stdout.indexOf('A dockerd that is restarted'));
  t.is(shown.stdout, report.trimEnd(), 'a stored run is printed again from its files alone');

  const slave = readdirSync(path.join(link, 'cells')).find((name) => name.includes('slave')) ?? '';
  const observations: { restoreErrors: { line: string }[]; next: unknown; netnsFiles: { state: string }[] } =
    JSON.parse(readFileSync(path.join(link, 'cells', slave, 'observations.json'), 'utf8'));
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
  const rows = new Set(ran.stdout.split('\n').map((line) => timeless(line).trim()));
  t.true(rows.has('219 netns kept · stats: 3 values the same ✔ as expected N s'), ran.stdout);
  t.true(rows.has('240 netns lost 3/3 · stats: 3 zeroed · duplicate-ip the same ✔ as expected N s'), ran.stdout);
  t.true(rows.has('252 netns kept · stats: 3 values the same ✔ as expected N s'), ran.stdout);
});

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
      name: 'daemon=20.10.24/mountFlags=slave/liveRestore=on/starts=restarted/systemd=219',
      hash: Object(stored.cells[0]?.plan).hash,
      cell: { daemon: '20.10.24', mountFlags: 'slave', liveRestore: 'on', starts: 'restarted', systemd: '219' },
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
