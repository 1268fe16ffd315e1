import { readFileSync } from 'node:fs';
import os from 'node:os';
import test from 'ava';
import { ProvisionedCell, succeeds } from '../support/provisioned-cell.ts';

let box: ProvisionedCell;

test.before(async () => {
  box = await ProvisionedCell.open('tools');
});

test.after.always(async () => {
  await box?.[Symbol.asyncDispose]();
});

test.serial('boot-parameters: with grubby, which is told what an earlier call gave', async (t) => {
  await box.takeCalls();
  t.is(
    await succeeds(t, box.run('boot-parameters', 'cgroup.memory=nokmem', 'quiet')),
    'boot parameters of the lab: cgroup.memory=nokmem quiet',
  );
  t.is(await succeeds(t, box.run('boot-parameters')), 'boot parameters of the lab: none');
  t.is(await succeeds(t, box.run('boot-parameters')), 'boot parameters of the lab: none');
  t.deepEqual(await box.takeCalls(), [
    'grubby --update-kernel=ALL --args=cgroup.memory=nokmem quiet',
    'grubby --update-kernel=ALL --remove-args=cgroup.memory=nokmem quiet',
  ]);
});

test.serial('boot-parameters: with update-grub, and with neither', async (t) => {
  await box.cell.run(['mv', '/usr/sbin/grubby', '/usr/sbin/grubby.away']);
  await box.takeCalls();
  const settings = '/etc/default/grub.d/lab.cfg';
  await succeeds(t, box.run('boot-parameters', 'cgroup_disable=memory'));
  t.is(await box.text(settings), 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX cgroup_disable=memory"\n');
  await succeeds(t, box.run('boot-parameters'));
  t.is(await box.text(settings), 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX "\n');
  t.deepEqual(await box.takeCalls(), ['update-grub ', 'update-grub ']);
  await box.cell.run(['mv', '/usr/sbin/update-grub', '/usr/sbin/update-grub.away']);
  const neither = await box.run('boot-parameters', 'quiet');
  t.is(neither.exitCode, 1);
  t.is(
    neither.stderr,
    'boot-parameters.sh: neither grubby nor update-grub is here, so how this system boots is unknown',
  );
  for (const name of ['grubby', 'update-grub'])
    await box.cell.run(['mv', `/usr/sbin/${name}.away`, `/usr/sbin/${name}`]);
});

test.serial('check-boot: the kernel and the parameters that were asked for, or not', async (t) => {
  const commandLine = readFileSync('/proc/cmdline', 'utf8').trim();
  const [parameter = ''] = commandLine.split(' ');
  t.is(
    await succeeds(t, box.run('check-boot', os.release(), parameter)),
    `kernel ${os.release()}, booted with: ${commandLine}`,
  );
  const kernel = await box.run('check-boot', '3.10.0-514');
  t.is(kernel.exitCode, 1);
  t.is(kernel.stderr, `check-boot.sh: the kernel ${os.release()} runs, and 3.10.0-514 was to boot`);
  const missing = await box.run('check-boot', os.release(), 'cgroup.memory=nokmem');
  t.is(missing.exitCode, 1);
  t.is(missing.stderr, `check-boot.sh: the kernel was booted without cgroup.memory=nokmem: ${commandLine}`);
});
