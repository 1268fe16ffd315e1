import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import { BootFailedError, messageOf } from '../harness/errors.ts';
import { until } from '../harness/machines/local/until.ts';
import { findKvm, rememberedKvm } from '../harness/machines/microvm/kvm.ts';
import { reboots, type MicroVm } from '../harness/machines/microvm/microvm.ts';
import { directoryPrefix, openMicroVm, type MicroVmOptions } from '../harness/machines/microvm/open.ts';
import { snapshotMicroVm, type MicroVmSnapshot } from '../harness/machines/microvm/snapshot.ts';
import { sweepMicroVms } from '../harness/machines/microvm/sweep.ts';
import { cacheDirectory } from '../vms/cache.ts';
import { obtainKernel } from '../vms/obtain/kernel.ts';
import { obtainQemu, type Qemu } from '../vms/obtain/qemu.ts';
import { obtainStaticProgram } from '../vms/obtain/static-program.ts';

const obtaining = { cache: cacheDirectory(), progress: () => {} };
const sector = 512;
const driveContent = randomBytes(8 * sector);

/** One 5.10 on its serial line that has booted, and a 6.1 with a virtio port and a drive that tests go on from. */
let directory: string;
let old: MicroVm;
let snapshot: MicroVmSnapshot;
/** The image of a drive that 5.10 writes to. */
let written: string;

async function optionsFor(kernelName: string, name: string): Promise<MicroVmOptions> {
  return {
    qemu: await obtainQemu(obtaining),
    acceleration: 'tcg',
    kernel: await obtainKernel(kernelName, obtaining),
    bootParameters: ['nokaslr', 'nopti'],
    memoryBytes: 256 << 20,
    cpus: 1,
    cgroupVersion: 1,
    directory: path.join(directory, name),
    obtaining,
  };
}

test.before(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'lab-test-'));
  const drive = path.join(directory, 'drive, with a comma');
  writeFileSync(drive, driveContent);
  const drives = [{ path: drive, readOnly: true }];
  written = path.join(directory, 'written');
  writeFileSync(written, Buffer.alloc(8 * sector));
  // Two kernels side by side.
  [old, snapshot] = await Promise.all([
    openMicroVm({ ...(await optionsFor('5.10', 'old')), drives: [{ path: written, readOnly: false }] }),
    snapshotMicroVm({ ...(await optionsFor('6.1', 'new')), bulk: true, drives, cgroupVersion: 2 }),
  ]);
});

test.after.always(async () => {
  await old?.[Symbol.asyncDispose]();
  await snapshot?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const sh = async (machine: MicroVm, script: string) => (await machine.run(['sh', '-c', script])).stdout;

test.serial('machines describe themselves', async (t) => {
  await using young = await snapshot.open(path.join(directory, 'described'));
  const { machine, kernel, memoryBytes, ...rest } = old.description;
  t.regex(machine, /^microvm, QEMU \d+\.\d+\S* .*tcg, serial$/);
  t.regex(kernel, /^5\.10\.0-\d+-cloud-amd64$/);
  t.true(memoryBytes > 200 << 20 && memoryBytes < 256 << 20);
  t.deepEqual(rest, {
    kernelCommandLine: 'console=ttyS0 panic=-1 quiet norandmaps nokaslr nopti',
    cgroupVersion: 1,
    cpus: 1,
    limits: ['emulated CPU (TCG): times are not comparable with those of a host'],
    slowness: 5,
  });
  t.regex(young.description.kernel, /^6\.1\.0-\d+-cloud-amd64$/);
  t.regex(young.description.machine, /, virtio$/);
  t.is(young.description.cgroupVersion, 2);
  t.is(await sh(old, 'ls /sys/fs/cgroup | grep -w -e memory -e pids -e systemd'), 'memory\npids\nsystemd');
  t.is(await sh(young, 'grep -wo memory /sys/fs/cgroup/cgroup.controllers'), 'memory');
  t.true(Number(await sh(old, "awk '/MemAvailable/ { print $2 }' /proc/meminfo")) > 180 << 10, 'of 256 MiB');
  t.is(await sh(old, 'cat /sys/class/net/lo/operstate; ping -c 1 127.0.0.1 >/dev/null && echo up'), 'unknown\nup');
});

test.serial('programs in a guest', async (t) => {
  const ran = await old.run(['sh', '-c', 'cat; echo wrong >&2; exit 3'], { input: 'grüße' });
  t.deepEqual(ran, {
    command: "sh -c 'cat; echo wrong >&2; exit 3'",
    stdout: 'grüße',
    stderr: 'wrong',
    timedOut: false,
    exitCode: 3,
  });
  t.is((await old.run(['sh', '-c', 'kill -ABRT $$'])).signal, 'SIGABRT');
  const slow = await old.run(['sh', '-c', 'echo begun; sleep 600'], { timeout: 500 });
  t.deepEqual([slow.timedOut, slow.signal, slow.stdout], [true, 'SIGTERM', 'begun']);
  t.is(await sh(old, 'pidof sleep || echo none'), 'none');
});

test.serial('files, both ways', async (t) => {
  await using young = await snapshot.open(path.join(directory, 'files'));
  const digest = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
  const content = randomBytes(1 << 20);
  await young.writeFile('/tmp/file', content);
  t.is((await sh(young, 'sha256sum </tmp/file')).split(' ')[0], digest(content));
  t.is(digest(await young.readFile('/tmp/file')), digest(content));
  const bytes = Buffer.from(Array.from({ length: 4096 }, (_, index) => index & 255));
  await old.writeFile('/tmp/bytes', bytes);
  t.deepEqual(await old.readFile('/tmp/bytes'), bytes);
  await t.throwsAsync(old.readFile('/nowhere'), { message: "ENOENT: no such file or directory, reading '/nowhere'" });
});

test.serial('twins would write to the same drive', async (t) => {
  const options = await optionsFor('5.10', 'unsaved');
  await t.throwsAsync(snapshotMicroVm({ ...options, drives: [{ path: written, readOnly: false }] }), {
    message: `saving a micro VM for others to go on from: it has a drive that it writes to
  expected: drives that are only read: twins would write to the same one`,
  });
});

test.serial('a drive, whose module was loaded', async (t) => {
  await using young = await snapshot.open(path.join(directory, 'drive'));
  t.deepEqual(await young.readFile('/dev/vda'), driveContent);
  t.is(await sh(young, 'cat /sys/block/vda/ro'), '1');
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

/** Answers each connection with what it got, once the other side has ended. */
const echo = path.join(import.meta.dirname, 'support/echo.c');

test.serial('a socket in a guest, with a half-close, and a program that lives on', async (t) => {
  await using young = await snapshot.open(path.join(directory, 'socket'));
  const log = path.join(directory, 'echo.log');
  await young.writeFile('/run/echo', await readFile(await obtainStaticProgram(echo, obtaining)));
  await young.run(['chmod', '700', '/run/echo']);
  const server = await young.start(['/run/echo', '/run/echo.sock'], { log });
  t.true(
    await until(
      () => readFileSync(log, 'utf8') === 'up\n',
      () => server.hasExited,
      60_000,
    ),
  );
  const content = randomBytes(200_000);
  const stream = young.connect('/run/echo.sock');
  stream.end(content);
  t.deepEqual(await buffer(stream), Buffer.concat([Buffer.from('got 200000:'), content]));
  const [error]: unknown[] = await once(young.connect('/run/none.sock'), 'error');
  t.is(messageOf(error), "ENOENT: no such file or directory, connecting to '/run/none.sock'");
  await server.kill('SIGTERM');
  t.deepEqual(await server.exited, { signal: 'SIGTERM' });
});

test.serial('what floods the line of the agent disturbs nobody else', async (t) => {
  const flood = await old.start(['sh', '-c', 'exec yes >/dev/ttyS1'], { log: path.join(directory, 'flood.log') });
  for (let count = 0; count < 5; count++)
    t.is(await sh(old, `echo ${count}; cat /dev/zero | head -c 5000 | wc -c`), `${count}\n5000`);
  await flood.kill('SIGKILL');
  t.deepEqual(await flood.exited, { signal: 'SIGKILL' });
  t.is(await sh(old, 'echo well'), 'well');
});

test.serial('a way in for people', async (t) => {
  const [node = '', ...words] = old.enterCommand.split(' ');
  const visitor = spawn(node, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  visitor.stdin.write('uname -r; exit\n');
  t.true((await buffer(visitor.stdout)).toString().includes(old.description.kernel));
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
  const options = await optionsFor('5.10', 'broken');
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

test.serial('whether KVM works is tried by a boot, and remembered', async (t) => {
  const cache = path.join(directory, 'cache');
  mkdirSync(cache);
  for (const entry of ['kernels', 'kits', 'vmlinux', 'initramfs'])
    symlinkSync(path.join(cacheDirectory(), entry), path.join(cache, entry));
  const starts = path.join(directory, 'starts');
  const script = `echo start >>${starts}; echo 'Could not access KVM kernel module' >&2; exit 1`;
  const qemu: Qemu = { command: ['sh', '-c', script], environment: {}, version: 'of this test', origin: 'settings' };
  const finding = await findKvm(qemu, { ...obtaining, cache });
  t.is(finding.acceleration, 'tcg');
  t.deepEqual(await findKvm(qemu, { ...obtaining, cache }), finding);
  t.is(await rememberedKvm(qemu, cache), finding.found);
  if (finding.found.startsWith('/dev/kvm is there')) {
    t.is(finding.found, '/dev/kvm is there, but no guest boots with it (QEMU exited with 1): CPUs are emulated');
    t.is(readFileSync(starts, 'utf8'), 'start\n');
  } else {
    t.regex(finding.found, /^E\w+: .*'\/dev\/kvm': CPUs are emulated$/);
  }
});

const killed = `
  import { openMicroVm } from '${path.resolve(import.meta.dirname, '../harness/machines/microvm/open.ts')}';
  const options = JSON.parse(process.argv[1]);
  const machine = await openMicroVm({ ...options, obtaining: { ...options.obtaining, progress() {} } });
  console.log(machine.pid);
  setInterval(() => {}, 1000);
`;

test.serial('a harness that is killed leaves no QEMU, and the next sweep removes the rest', async (t) => {
  const options = JSON.stringify(await optionsFor('5.10', 'killed'));
  const harness = spawn(process.execPath, ['--input-type=module', '--eval', killed, options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line]: unknown[] = await once(harness.stdout, 'data');
  const qemu = Number(String(line));
  t.true(existsSync(`/proc/${qemu}`));
  const left = () =>
    readdirSync(os.tmpdir()).filter((name) => name.startsWith(directoryPrefix) && name.includes(`.${harness.pid}.`));
  t.is(left().length, 1);
  harness.kill('SIGKILL');
  await once(harness, 'exit');
  t.true(
    await until(
      () => !existsSync(`/proc/${qemu}`),
      () => false,
      60_000,
    ),
  );
  const swept = await sweepMicroVms();
  t.true(swept.some((name) => name.includes(directoryPrefix)));
  t.deepEqual(left(), []);
});
