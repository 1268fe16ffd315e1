import test from 'ava';
import { fakeMachine } from '../../test/support/fake-machine.ts';
import { cpuDuring, sumOfUses } from './cpu.ts';
import { cpuLine } from '../figures/cpu-line.ts';
import type { Target } from './probe.ts';

const daemon = { ...Object.create(null), pid: 56 };

/** A daemon that has been on a CPU for so many hundredths of a second, in its own code and in the kernel. */
const targetWith = (user: number, system: number): Target => {
  const stdout = `56 (dockerd) S 1 56 1 0 -1 4194304 102 0 0 0 ${user} ${system} 8 9 20 0 1 0 1156202 3133440 390\n`;
  return { machine: fakeMachine({ run: { stdout } }), daemon };
};

test('what work costs the CPU, beside what the daemon uses by itself', async (t) => {
  const target = targetWith(100, 20);
  const during = { ...target, machine: target.machine };
  const { cpu, seconds } = await cpuDuring(during, () => {
    during.machine = targetWith(150, 32).machine;
    return Promise.resolve();
  });
  t.is(cpu.toFixed(6), '0.620000');
  t.true(seconds >= 0);
  const busy = sumOfUses([
    { cpu: 0.62, seconds: 1.5 },
    { cpu: 0.58, seconds: 2.5 },
  ]);
  t.is(
    cpuLine(4000, busy, { cpu: 0, seconds: 1 }),
    'CPU of the daemon: 0.30 ms a call (1.20 s for 4000 calls in 4.0 s); idle, 0.00 s in 1.0 s',
  );
});

test('a daemon that is gone has no CPU time', async (t) => {
  const run = { command: 'busybox cat /proc/56/stat', exitCode: 1, stderr: 'cat: No such file or directory' };
  await t.throwsAsync(
    cpuDuring({ machine: fakeMachine({ run }), daemon }, () => Promise.resolve()),
    {
      message: 'reading CPU time: $ busybox cat /proc/56/stat: exit code 1 cat: No such file or directory',
    },
  );
});
