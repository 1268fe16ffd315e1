import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { signalProcess, startTimeOf } from './process.ts';

/** An error as `kill` throws it. */
const refusal = (code: string) => Object.assign(new Error(`kill ${code}`), { code });

test('a process that is gone is not signalled, nor is another of the same pid', async (t) => {
  const child = spawn('sleep', ['1000']);
  t.teardown(() => child.kill('SIGKILL'));
  const pid = child.pid ?? 0;
  const startTime = startTimeOf(pid) ?? '';
  signalProcess(pid, `${startTime}0`, 9);
  t.is(startTimeOf(pid), startTime);
  signalProcess(pid, startTime, 9);
  await once(child, 'exit');
  t.is(child.signalCode, 'SIGKILL');
  t.notThrows(() => signalProcess(pid, startTime, 9));
});

test('a process may end while it is signalled', (t) => {
  const startTime = startTimeOf(process.pid) ?? '';
  const fails = (code: string) => () => {
    throw refusal(code);
  };
  t.notThrows(() => signalProcess(process.pid, startTime, 9, fails('ESRCH')));
  t.throws(() => signalProcess(process.pid, startTime, 9, fails('EPERM')), { message: 'kill EPERM' });
});
