import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import { messageOf } from '../harness/core/errors.ts';
import { metInTime } from '../harness/machines/local/met-in-time.ts';
import type { MicroVm } from '../harness/machines/microvm/microvm.ts';
import { openMicroVm } from '../harness/machines/microvm/open.ts';
import { snapshotMicroVm, type MicroVmSnapshot } from '../harness/machines/microvm/snapshot.ts';
import { quietly } from '../harness/fetch/cache.ts';
import { fetchStaticProgram } from '../harness/fetch/static-program.ts';
import { microVmOptions, sh } from './support/micro-vm.ts';

const driveContent = randomBytes(4096);

/** One 5.10 on its serial line, and a 6.1 with a virtio port and a drive that tests go on from. */
let directory: string;
let old: MicroVm;
let snapshot: MicroVmSnapshot;

test.before(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'lab-test-'));
  const drive = path.join(directory, 'drive, with a comma');
  writeFileSync(drive, driveContent);
  const young = await microVmOptions('6.1', path.join(directory, 'new'));
  // Two kernels side by side.
  [old, snapshot] = await Promise.all([
    openMicroVm(await microVmOptions('5.10', path.join(directory, 'old'))),
    snapshotMicroVm({ ...young, bulk: true, drives: [{ path: drive, readOnly: true }], cgroupVersion: 2 }),
  ]);
});

test.after.always(async () => {
  await old?.[Symbol.asyncDispose]();
  await snapshot?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

test.serial('machines describe themselves', async (t) => {
  await using young = await snapshot.open(path.join(directory, 'described'));
  const { machine, kernel, memoryBytes, ...rest } = old.description;
  t.regex(machine, /^microvm, QEMU \d+\.\d+\S* .*tcg, serial$/);
  t.regex(kernel, /^5\.10\.0-\d+-cloud-amd64$/);
  t.true(memoryBytes > 200 << 20 && memoryBytes < 256 << 20);
  t.deepEqual(rest, {
    kind: 'microvm',
    kernelCommandLine: 'console=ttyS0 panic=-1 quiet norandmaps nokaslr nopti',
    cgroupVersion: 1,
    cpus: 1,
    limits: ['emulated-cpu'],
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

test.serial('a drive, whose module was loaded', async (t) => {
  await using young = await snapshot.open(path.join(directory, 'drive'));
  t.deepEqual(await young.readFile('/dev/vda'), driveContent);
  t.is(await sh(young, 'cat /sys/block/vda/ro'), '1');
});

/** Answers each connection with what it got, once the other side has ended. */
const echo = path.join(import.meta.dirname, 'support/echo.c');

test.serial('a socket in a guest, with a half-close, and a program that lives on', async (t) => {
  await using young = await snapshot.open(path.join(directory, 'socket'));
  const log = path.join(directory, 'echo.log');
  await young.writeFile('/run/echo', await readFile(await fetchStaticProgram(echo, quietly())));
  await young.run(['chmod', '700', '/run/echo']);
  const server = await young.start(['/run/echo', '/run/echo.sock'], { log });
  t.true(
    await metInTime(
      () => existsSync(log) && readFileSync(log, 'utf8') === 'up\n',
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

test.serial('a flood on the line of the agent disturbs no other call', async (t) => {
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
