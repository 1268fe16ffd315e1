import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { cli } from './support/cli.ts';
import { quickCli } from './support/quick-cli.ts';
import { scratch } from './support/scratch.ts';

const start = path.resolve(import.meta.dirname, '../harness/cli/start.js');
const oneCell = ['--only', 'mountFlags=unset,liveRestore=on,starts=fresh'];

const says = test.macro(async (t, words: string[], exitCode: number, message: string) => {
  const ran = await quickCli(['scenario', ...words]);
  t.is(ran.stderr, message);
  t.is(ran.stdout, '');
  t.is(ran.exitCode, exitCode);
});

test('no scenario', says, [], 64, 'Which scenario? See npm run scenario -- --list.');
test(
  'an unknown scenario',
  says,
  ['netns-restor'],
  64,
  'There is no scenario "netns-restor". Did you mean "netns-restore"? Known: netns-restore, stats-leak, collector-stall, soak, abandoned-calls, exec-churn, remedies, kmem-slab, container-churn, boot-parameter, memcg-ids, mount-busy, diagnosis, diagnosis-kernel.',
);
test(
  'an unknown machine',
  says,
  ['netns-restore', '--machine', 'lokal'],
  64,
  'There is no machine "lokal". Did you mean "local"? Known: local, container, microvm, vagrant.',
);
test(
  'an unknown factor',
  says,
  ['netns-restore', '--only', 'mountflags=slave'],
  64,
  'There is no factor "mountflags". Did you mean "mountFlags"? Known: daemon, mountFlags, liveRestore, starts, systemd, containerd, setup.',
);
test(
  'an unknown level',
  says,
  ['netns-restore', '--not', 'mountFlags=slaev'],
  64,
  'mountFlags has no level "slaev". Did you mean "slave"? Known: unset, shared, slave, private.',
);
test(
  'an empty selection',
  says,
  ['netns-restore', '--daemon', '20.10.24', '--only', 'starts=fresh', '--not', 'starts=fresh'],
  64,
  'The selection is empty: --only and --not leave no cell.',
);
test(
  'an unknown daemon',
  says,
  ['netns-restore', '--daemon', '20.10.34'],
  64,
  'There is no docker "20.10.34". Did you mean "20.10.24"? Known: 1.12.6, 1.13.1, 17.03.2, 17.06.2, 17.09.0, 17.12.1, 18.03.1, 18.06.3, 18.09.9, 19.03.8, 20.10.5, 20.10.24, 26.1.5, rolling. Or give the path of a directory, tarball or RPM.',
);
test(
  'jobs that are none',
  says,
  ['netns-restore', '--jobs', '0'],
  64,
  "error: option '--jobs <n>' argument '0' is invalid. It must be a positive integer, at most 1024.",
);

/** A directory in the layout of Docker's static tarballs whose dockerd is a script. */
function fakeBuild(t: ExecutionContext, script: string): string {
  const directory = path.join(scratch(t), 'docker');
  mkdirSync(directory);
  const version = 'if [ "$1" = --version ]; then echo "Docker version 20.10.24, build 0000000"; exit; fi';
  for (const name of ['dockerd', 'containerd', 'containerd-shim-runc-v2', 'runc']) {
    writeFileSync(path.join(directory, name), `#!/bin/sh\n${version}\n${script}\n`);
    chmodSync(path.join(directory, name), 0o755);
  }
  return directory;
}

test.serial('a daemon that dies at start: the end of its log, its command, and no verdict', async (t) => {
  const directory = fakeBuild(t, 'echo "level=fatal msg=\\"the moon is full\\"" >&2; exit 7');
  const out = scratch(t);
  const ran = await cli(['scenario', 'netns-restore', '--daemon', directory, '--out', out, ...oneCell]);
  t.is(ran.exitCode, 3);
  t.true(
    ran.stdout.includes(
      [
        '! infra failed  daemon=20.10.24/mountFlags=unset/liveRestore=on/starts=fresh/systemd=219/containerd=managed/setup=plain',
        '  starting dockerd 20.10.24: it ended with exit code 7',
        '    expected: it answers GET /_ping',
        '    evidence:',
        '      $ dockerd --debug --host unix:///run/lab/docker.sock --pidfile /run/docker.pid --live-restore',
        '      level=fatal msg="the moon is full"',
        '    what you can do: the whole log is in the run directory; `npm run lab -- doctor` checks the machine',
      ].join('\n'),
    ),
    ran.stdout,
  );
  t.true(ran.stdout.includes('1 cell: 1 ! infra failed'), ran.stdout);
});

test.serial('a binary that is not dockerd', async (t) => {
  const directory = fakeBuild(t, '');
  writeFileSync(path.join(directory, 'dockerd'), '#!/bin/sh\necho I am a teapot\n');
  const ran = await cli(['scenario', 'netns-restore', '--daemon', directory, ...oneCell]);
  t.is(ran.exitCode, 3);
  t.is(
    ran.stderr,
    `asking ${directory} for its version: it is not dockerd (it ended with exit code 0)
  expected: /opt/docker/dockerd --version to print 'Docker version …, build …'
  evidence:
    I am a teapot
  what you can do: bring a directory or tarball whose dockerd is the daemon of Docker`,
  );
});

test.serial('a broken tarball', async (t) => {
  const file = path.join(scratch(t), 'docker-1.13.1.tgz');
  writeFileSync(file, 'this is no tarball');
  const ran = await cli(['scenario', 'netns-restore', '--daemon', file, ...oneCell]);
  t.is(ran.exitCode, 3);
  t.is(
    ran.stderr,
    `unpacking ${file}: tar exited with 2
  expected: a tar archive, compressed or not
  evidence:
    tar: This does not look like a tar archive
    
    gzip: stdin: not in gzip format
    tar: Child returned status 1
    tar: Error is not recoverable: exiting now
  what you can do: it is damaged or was not downloaded completely: download it again`,
  );
});

test.serial('no mirror: the cells are not applicable, and it says how to name one', async (t) => {
  const directory = scratch(t);
  const none = path.join(directory, 'apt.conf');
  writeFileSync(none, 'Dir::Etc::SourceList "/dev/null";\nDir::Etc::SourceParts "/dev/null";\n');
  const env = { APT_CONFIG: none, DOCKERD_LEAK_LAB_CACHE: path.join(directory, 'cache') };
  const words = ['scenario', 'netns-restore', '--daemon', '20.10.24', '--out', directory, ...oneCell];
  const ran = await cli(words, env);
  t.is(ran.exitCode, 3);
  t.true(
    ran.stdout.includes('    what you can do: set DOCKERD_LEAK_LAB_DEBIAN_MIRROR to the address of a Debian mirror'),
    ran.stdout,
  );
  t.true(ran.stdout.includes('1 cell: 1 – not applicable'), ran.stdout);
});

test.serial('without root: two lines, what is missing and what would do', async (t) => {
  const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, start];
  const ran = await execa('setpriv', [...asNobody, 'scenario', 'netns-restore'], { reject: false });
  t.is(
    ran.stderr,
    'The machine "local" cannot run here; missing: root (found: user nobody).\n' +
      'What you can do: run it as root (sudo), or in a virtual machine in which you are root.',
  );
  t.is(ran.exitCode, 3);
});

test.serial('an unknown RUN', async (t) => {
  const out = scratch(t);
  const ran = await quickCli(['lab', 'show', 'yesterday', '--out', out]);
  t.is(ran.stderr, `There is no run "yesterday" in ${out}: name a run directory, SCENARIO or SCENARIO/START.`);
  t.is(ran.exitCode, 64);
});
