import test from 'ava';
import { fakeMachine, type FakeAnswers } from '../../test/support/fake-machine.ts';
import { LabError } from '../core/errors.ts';
import { netnsFiles } from '../evidence/netns-files.ts';
import { probeNetnsFiles } from './netns-files.ts';

const paths = ['/run/docker/netns/809fe71d52a5', '/run/docker/netns/63798adb8c48', '/run/docker/netns/033a6008c6c2'];
const command = [
  'nsenter',
  '--target=1234',
  '--mount',
  '--wd=/',
  'busybox',
  'sh',
  '-c',
  'for file; do busybox stat -f -c %t "$file" 2>/dev/null || echo gone; done',
  'sh',
  ...paths,
];

test('each file is what its file system says, seen from the daemon', async (t) => {
  const machine = fakeMachine({ run: { stdout: '6e736673\n1021994\ngone' } });
  t.deepEqual(await probeNetnsFiles(machine, 1234, paths), [
    { path: '/run/docker/netns/809fe71d52a5', magic: '6e736673', state: 'nsfs' },
    { path: '/run/docker/netns/63798adb8c48', magic: '1021994', state: 'lost' },
    { path: '/run/docker/netns/033a6008c6c2', magic: 'gone', state: 'gone' },
  ]);
  t.deepEqual(machine.commands, [command]);
});

test('before Linux 3.19 the file of a namespace is of proc, also in a run that did not know that', async (t) => {
  const machine = fakeMachine({ run: { stdout: '9fa0\n1021994\ngone' } });
  const files = await probeNetnsFiles(machine, 1234, paths);
  t.deepEqual(
    files.map(({ state }) => state),
    ['nsfs', 'lost', 'gone'],
  );
  const old = { path: '/run/docker/netns/809fe71d52a5', magic: '9fa0', state: 'lost' };
  t.is(netnsFiles.schema.parse([old])[0]?.state, 'nsfs');
});

test('no files', async (t) => {
  t.deepEqual(await probeNetnsFiles(fakeMachine(), 1234, []), []);
});

const cannotRead = test.macro(async (t, run: FakeAnswers['run'], happened: string, evidence: string) => {
  await t.throwsAsync(probeNetnsFiles(fakeMachine({ run: { command: 'nsenter …', ...run } }), 1234, paths), {
    instanceOf: LabError,
    message: `reading the file systems of 3 netns files in the daemon's mount namespace: ${happened}
  expected: one line a file
  evidence:
${evidence}
  what you can do: the daemon may have ended: its log, in the directory of the cell, says so`,
  });
});

test(
  'a daemon that is no more',
  cannotRead,
  { exitCode: 1, stderr: 'nsenter: cannot open /proc/1234/ns/mnt: No such file or directory' },
  'exit code 1, 0 lines',
  '    $ nsenter …\n    \n    nsenter: cannot open /proc/1234/ns/mnt: No such file or directory',
);
test(
  'a missing reading is never a zero',
  cannotRead,
  { stdout: '6e736673\n6e736673' },
  'exit code 0, 2 lines',
  `    $ nsenter …
    6e736673
    6e736673`,
);
test(
  'readings of a program that failed do not count',
  cannotRead,
  { exitCode: 137, stdout: '6e736673\n6e736673\n6e736673' },
  'exit code 137, 3 lines',
  `    $ nsenter …
    6e736673
    6e736673
    6e736673`,
);
