import test from 'ava';
import { cli } from './support/cli.ts';
import { scratch } from './support/scratch.ts';

test('lab try: the cause and its control on a real docker, side by side, on a screen of 120 columns', async (t) => {
  const words = ['lab', 'try', '--daemon', '20.10.24', '--out', scratch(t)];
  const { exitCode, stdout, stderr } = await cli(words, { COLUMNS: '120' });
  t.is(exitCode, 0, stdout + stderr);
  const lines = stdout.split('\n').map((line) => line.trimEnd());
  const shown = lines.slice(lines.indexOf('The cause and its control'));
  t.deepEqual(
    shown.filter((line) => line.length > 120),
    [],
  );
  t.deepEqual(shown.slice(0, 11), [
    'The cause and its control',
    'in both: daemon=20.10.24 liveRestore=on starts=restarted systemd=219 containerd=managed setup=plain',
    '                      mountFlags=slave   mountFlags=unset',
    ' bug                  reproduced         not present',
    ' network namespaces   3 lost             3 kept',
    ' restore errors       3                  none',
    ' stats calls          3 zeroed           3 values',
    ' stats streams        3 zeroed           3 values',
    ' endpoints            3 forgotten        3 known',
    ' next address         duplicate-ip       free',
    ' 4 other checks are the same in both',
  ]);
  t.is(shown.filter((line) => line.includes('failed to create osl sandbox while trying to restore')).length, 3);
  t.deepEqual(
    shown.slice(shown.indexOf('Reproduced in 1 of 2 cells, exactly where expected: MountFlags slave.')).slice(0, 7),
    [
      'Reproduced in 1 of 2 cells, exactly where expected: MountFlags slave.',
      '',
      'What to run next',
      '  npm run scenario netns-restore                  all MountFlags, with and without live-restore, on three dockers',
      '  npm run scenario remedies -- --daemon 20.10.24  what heals a host that has it',
      '  npm run lab -- diagnose                         whether this host has it',
      '  npm run lab -- open                             the evidence as a page',
    ],
  );
});
