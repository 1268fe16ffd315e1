import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { BootFailedError, messageOf } from '../harness/core/errors.ts';
import type { MicroVm } from '../harness/machines/microvm/microvm.ts';
import { reboots } from '../harness/machine/reboots.ts';
import { openMicroVm } from '../harness/machines/microvm/open.ts';
import { snapshotMicroVm, type MicroVmSnapshot } from '../harness/machines/microvm/snapshot.ts';
import { microVmOptions, sh } from './support/micro-vm.ts';

/** One 5.10 with a drive that it writes to, and a 6.1 that has booted, and that tests go on from. */
let directory: string;
let old: MicroVm;
let snapshot: MicroVmSnapshot;
/** The image of the drive. */
let written: string;

test.before(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'lab-test-'));
  written = path.join(directory, 'written');
  writeFileSync(written, Buffer.alloc(4096));
  const withDrive = await microVmOptions('5.10', path.join(directory, 'old'));
  // Two kernels side by side.
  [old, snapshot] = await Promise.all([
    openMicroVm({ ...withDrive, drives: [{ path: written, readOnly: false }] }),
    snapshotMicroVm(await microVmOptions('6.1', path.join(directory, 'new'))),
  ]);
});

test.after.always(async () => {
  await old?.[Symbol.asyncDispose]();
  await snapshot?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

test.serial('twins would write to the same drive', async (t) => {
  const options = await microVmOptions('5.10', path.join(directory, 'unsaved'));
  await t.throwsAsync(snapshotMicroVm({ ...options, drives: [{ path: written, readOnly: false }] }), {
    message: `saving a micro VM for others to go on from: it has a drive that it writes to
  expected: drives that are only read: twins would write to the same one`,
  });
});

test.serial('twins have a time and randomness of their own', async (t) => {
  const twins = await Promise.all([1, 2].map((number) => snapshot.open(path.join(directory, `twin-${number}`))));
  const [one, other] = await Promise.all(
    twins.map((twin) => sh(twin, 'date +%Y-%m-%d; cat /proc/sys/kernel/random/uuid')),
  );
  t.is(one?.split('\n')[0], new Date().toISOString().slice(0, 10));
  t.not(one, other);
  await twins[0]?.writeFile('/tmp/mine', 'x');
  t.is((await twins[1]?.run(['ls', '/tmp']))?.stdout, '');
  for (const twin of twins) await twin[Symbol.asyncDispose]();
});

test.serial('a kernel that panics while it is asked', async (t) => {
  await using young = await snapshot.open(path.join(directory, 'panic'));
  const log = path.join(directory, 'victim.log');
  const victim = await young.start(['sleep', '600'], { log });
  const stream = young.connect('/nowhere');
  stream.on('error', () => {});
  const error = await t.throwsAsync(young.run(['sh', '-c', 'echo c >/proc/sysrq-trigger; sleep 600']));
  const message = messageOf(error);
  t.true(
    message.startsWith(
      'talking to a micro VM: the guest ended or restarted\n  expected: it runs, and its agent answers\n',
    ),
    message,
  );
  t.regex(message, /sysrq: Trigger a crash/);
  t.regex(message, /Kernel panic - not syncing: sysrq triggered crash/);
  t.true(message.includes(`what you can do: the whole console is in ${path.join(directory, 'panic/console.log')}`));
  t.deepEqual(await victim.exited, { signal: 'SIGKILL' });
  await t.throwsAsync(young.readFile('/proc/uptime'), { message });
});

test.serial('other parameters by a reboot', async (t) => {
  await old.writeFile('/tmp/before', 'x');
  const living = await old.start(['sleep', '600'], { log: path.join(directory, 'living.log') });
  await sh(old, 'printf kept >/dev/vda');
  t.true(reboots(old), 'a capability beside the interface');
  await old.reboot(['cgroup.memory=nokmem']);
  t.is(readFileSync(written, 'latin1').slice(0, 4), 'kept', 'what was written was synced');
  t.deepEqual(await living.exited, { signal: 'SIGKILL' });
  t.is(await sh(old, 'cat /proc/cmdline'), 'console=ttyS0 panic=-1 quiet norandmaps cgroup.memory=nokmem');
  t.is(old.description.kernelCommandLine, 'console=ttyS0 panic=-1 quiet norandmaps cgroup.memory=nokmem');
  t.is(await sh(old, 'ls /tmp'), '');
});

test.serial('a boot that fails is tried three times, each told', async (t) => {
  const events: unknown[] = [];
  const options = await microVmOptions('5.10', path.join(directory, 'broken'));
  const event = (what: string, data: Record<string, unknown> = {}) => events.push([what, data['attempt'], data['of']]);
  const error = await t.throwsAsync(
    openMicroVm({ ...options, bootParameters: ['nokaslr', 'nopti', 'rdinit=/nonexistent'], event }),
  );
  t.true(error instanceof BootFailedError);
  t.true(
    messageOf(error).startsWith(
      'booting a micro VM, tcg: console=ttyS0 panic=-1 quiet norandmaps nokaslr nopti rdinit=/nonexistent: the guest ended or restarted (the last of 3 boots, and all failed)\n  expected: the agent in it answers\n',
    ),
    messageOf(error),
  );
  t.regex(messageOf(error), /Kernel panic - not syncing: VFS: Unable to mount root fs/);
  t.deepEqual(
    events,
    [1, 2, 3].map((attempt) => ['boot failed', attempt, 3]),
  );
});

test.serial('a disposed machine leaves nothing', async (t) => {
  const young = await snapshot.open(path.join(directory, 'disposed'));
  const { pid } = young;
  t.true(existsSync(`/proc/${pid}`));
  await young[Symbol.asyncDispose]();
  t.false(existsSync(`/proc/${pid}`));
  await t.throwsAsync(young.run(['true']), { message: /: it was disposed\n/ });
});
