import test from 'ava';
import { fakeMachine } from '../../../test/support/fake-machine.ts';
import { bytesLeft, killsIn } from './budget-readings.ts';

test('kills are counted by the kernel, or not at all', (t) => {
  t.is(killsIn('oom_kill_disable 0\nunder_oom 0\noom_kill 3\n'), 3);
  t.is(killsIn('nr_free_pages 1\noom_kill 12\n'), 12);
  t.is(killsIn('low 0\nmax 7\noom 2\noom_group_kill 1\n'), 0);
});

test('blocks that are free, and their size', async (t) => {
  t.is(await bytesLeft(fakeMachine({ run: { stdout: '17 4096' } })), 69_632);
});

test('what cannot be read is no full disk', async (t) => {
  const gone = { exitCode: 1, stderr: "stat: can't read file system information" };
  await t.throwsAsync(bytesLeft(fakeMachine({ run: gone })), {
    message: `reading what a cell may still write: busybox stat -f -c %a %S /var/lib/docker: exit code 1
  expected: free blocks, and bytes of each
  evidence:
    stat: can't read file system information
  what you can do: the console or the daemon log of the cell may say what became of the file system`,
  });
});
