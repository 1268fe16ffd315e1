import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { waitFor } from '../harness/dosing/wait-for.ts';
import { findKvm, rememberedKvm } from '../harness/machines/microvm/kvm.ts';
import { directoryPrefix } from '../harness/machines/microvm/open.ts';
import { sweepMicroVms } from '../harness/machines/microvm/sweep.ts';
import { cacheDirectory, quietly } from '../harness/fetch/cache.ts';
import type { Qemu } from '../harness/fetch/qemu.ts';
import { microVmOptions } from './support/micro-vm.ts';
import { scratch } from './support/scratch.ts';

test.serial('whether KVM works is tried by a boot, and remembered', async (t) => {
  const directory = scratch(t);
  const cache = path.join(directory, 'cache');
  mkdirSync(cache);
  for (const entry of ['kernels', 'kits', 'vmlinux', 'initramfs'])
    symlinkSync(path.join(cacheDirectory(), entry), path.join(cache, entry));
  const starts = path.join(directory, 'starts');
  const script = `echo start >>${starts}; echo 'Could not access KVM kernel module' >&2; exit 1`;
  const qemu: Qemu = { command: ['sh', '-c', script], environment: {}, version: 'of this test', origin: 'settings' };
  const finding = await findKvm(qemu, { ...quietly(), cache });
  t.is(finding.acceleration, 'tcg');
  t.deepEqual(await findKvm(qemu, { ...quietly(), cache }), finding);
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
  const machine = await openMicroVm({ ...options, fetching: { ...options.fetching, progress() {} } });
  console.log(machine.pid);
  setInterval(() => {}, 1000);
`;

test.serial('a harness that is killed leaves no QEMU, and the next sweep removes the rest', async (t) => {
  const options = JSON.stringify(await microVmOptions('5.10', scratch(t)));
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
  const isThere = () => Promise.resolve(existsSync(`/proc/${qemu}`));
  await waitFor('waiting for the end of QEMU', 'no such process', isThere, (is) => !is, 60);
  const swept = await sweepMicroVms();
  t.true(swept.some((name) => name.includes(directoryPrefix)));
  t.deepEqual(left(), []);
});
