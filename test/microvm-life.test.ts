import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { BootFailedError, messageOf } from '../harness/core/errors.ts';
import { openMicroVm } from '../harness/machines/microvm/open.ts';
import { snapshotMicroVm, type MicroVmSnapshot } from '../harness/machines/microvm/snapshot.ts';
import type { CellEvent, EmitEvent } from '../harness/store/event.ts';
import { microVmOptions, sh } from './support/micro-vm.ts';

/** A 6.1 that has booted, and that tests go on from. */
let directory: string;
let snapshot: MicroVmSnapshot;
/** The image of the drive. */
let written: string;

test.before(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'lab-test-'));
  written = path.join(directory, 'written');
  writeFileSync(written, Buffer.alloc(4096));
  snapshot = await snapshotMicroVm(await microVmOptions('6.1', path.join(directory, 'new')));
});

test.after.always(async () => {
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

test.serial('a boot that fails is tried three times, each told', async (t) => {
  const events: CellEvent[] = [];
  const options = await microVmOptions('5.10', path.join(directory, 'broken'));
  const event: EmitEvent = (told) => void events.push(told);
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
    events.map(({ code, ...rest }) => [code, 'attempt' in rest && rest.attempt, 'of' in rest && rest.of]),
    [1, 2, 3].map((attempt) => ['boot-failed', attempt, 3]),
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
