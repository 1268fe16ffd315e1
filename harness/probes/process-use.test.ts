import test from 'ava';
import { fakeMachine } from '../../test/support/fake-machine.ts';
import { daemonPss } from './daemon-pss.ts';
import { readUses, sumOfUse } from './process-use.ts';

/** Of a shim of 20.10.24, as it was read. */
const shim = `process 194 fds 25
VmRSS:\t   13220 kB
RssAnon:\t    2460 kB
Threads:\t11
Pss:               12475 kB
Anonymous:          2456 kB
`;

/** Of a kernel before 4.14. */
const withoutRollup = `process 201 fds 24
VmRSS:\t   13000 kB
RssAnon:\t    2400 kB
Threads:\t10
`;

const machine = (stdout: string, exitCode = 0) => ({ machine: fakeMachine({ run: { stdout, exitCode } }) });

test('what a process holds; the rollup counts pages, the status estimates them', async (t) => {
  t.deepEqual(await readUses(machine(shim), 'the shims', [194]), [
    { fds: 25, threads: 11, rss: 13_220 * 1024, anonymous: 2456 * 1024, pss: 12_475 * 1024 },
  ]);
});

test('without smaps_rollup there is no PSS, and no sum of it', async (t) => {
  const uses = await readUses(machine(shim + withoutRollup), 'the shims', [194, 201]);
  t.deepEqual(uses[1], { fds: 24, threads: 10, rss: 13_000 * 1024, anonymous: 2400 * 1024 });
  t.deepEqual(sumOfUse(uses), { fds: 49, threads: 21, rss: 26_220 * 1024, anonymous: 4856 * 1024 });
  t.deepEqual(await daemonPss.read({ ...machine(withoutRollup), daemon: { ...Object.create(null), pid: 201 } }), {});
});

test('a process that has ended is an error and no zero', async (t) => {
  await t.throwsAsync(readUses(machine('process 194 fds 0\n', 1), 'the shims', [194]), {
    message: /^reading the shims: \$ busybox sh -c .*: exit code 1$/s,
  });
  await t.throwsAsync(readUses(machine(shim), 'the shims', [194, 201]), {
    message: 'reading the shims: 1 of 2 processes',
  });
  await t.throwsAsync(readUses(machine('process 194 fds 25\n'), 'the shims', [194]), {
    message: /^reading Threads of the shims: nothing like /,
  });
});

test('no process is asked for nothing', async (t) => {
  const target = machine('');
  t.deepEqual(await readUses(target, 'the shims', []), []);
  t.deepEqual(target.machine.commands, []);
});
