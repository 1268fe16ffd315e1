import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Ran } from '../harness/machines/machine.ts';
import type { LocalCell } from '../harness/machines/local/local.ts';
import { openCell } from './support/box-cell.ts';

/*
 * The provisioning of CentOS' boxes, in a root that has rpm and yum's successor dnf, of Debian: the scripts get their packages from a
 * small vault of signed stand-ins on loopback. Nobody here has run them on CentOS itself. systemctl, grubby and update-grub are
 * stand-ins that note how they were called, as there is no systemd and no boot loader in a cell.
 */
const provision = path.resolve(import.meta.dirname, '../vms/provision');
const vaultScript = path.join(import.meta.dirname, 'support/vault.sh');
const vault = 'http://127.0.0.1:8080';
const called = '/tmp/called';
const key = `${vault}/RPM-GPG-KEY-elrepo.org`;

let cell: LocalCell;

test.before(async () => {
  cell = await openCell('rpm');
  const made = await cell.run(['sh', vaultScript], { timeout: 120_000 });
  if (made.exitCode !== 0) throw new Error(`making the vault: ${made.stdout}\n${made.stderr}`);
  for (const name of ['systemctl', 'grubby', 'update-grub']) await standIn(name);
});

test.after.always(async () => {
  await cell[Symbol.asyncDispose]();
});

/** A program that notes its words. */
async function standIn(name: string): Promise<void> {
  await cell.writeFile(`/usr/sbin/${name}`, `#!/bin/sh\necho "${name} $*" >>${called}\n`);
  await cell.run(['chmod', '755', `/usr/sbin/${name}`]);
}

/** Runs a script of `vms/provision/` in the cell. */
function run(name: string, ...words: string[]): Promise<Ran> {
  // nsenter's own directory is one of the host, of which sh complains.
  return cell.run(['/usr/bin/env', '-C', '/', 'sh', path.join(provision, `${name}.sh`), ...words], {
    timeout: 120_000,
  });
}

async function text(file: string): Promise<string> {
  return (await cell.readFile(file)).toString();
}

/** What the stand-ins have noted since the last call. */
async function takeCalls(): Promise<string[]> {
  const lines = (await text(called).catch(() => '')).split('\n').filter(Boolean);
  await cell.writeFile(called, '');
  return lines;
}

async function succeeds(t: ExecutionContext, ran: Promise<Ran>): Promise<string> {
  const { exitCode, stdout, stderr } = await ran;
  t.is(exitCode, 0, `${stdout}\n${stderr}`);
  return stdout;
}

test.serial('vault-repositories: yum asks the vault and nobody else, however often it is run', async (t) => {
  const mirrors = '/etc/yum.repos.d/CentOS-Base.repo';
  await cell.writeFile(mirrors, '[base]\nname=gone\nmirrorlist=http://mirrorlist.centos.org/\n');
  t.is(await succeeds(t, run('vault-repositories', '7.3.1611', vault)), `yum asks ${vault} for CentOS 7.3.1611`);
  const first = await text('/etc/yum.repos.d/lab-vault.repo');
  await succeeds(t, run('vault-repositories', '7.3.1611', vault));
  t.is(await text('/etc/yum.repos.d/lab-vault.repo'), first);
  t.regex(
    first,
    /^\[lab-os\]\n.*\nbaseurl=http:\/\/127\.0\.0\.1:8080\/7\.3\.1611\/os\/x86_64\/\nenabled=1\ngpgcheck=1\n/m,
  );
  await t.throwsAsync(cell.readFile(mirrors), { code: 'ENOENT' });
  const repositories = await succeeds(t, cell.run(['yum', 'repolist', '--quiet'], { timeout: 60_000 }));
  t.deepEqual([...repositories.matchAll(/^lab-\w+/gm)].map(String), ['lab-extras', 'lab-os', 'lab-updates']);
});

test.serial('vault-repositories: a vault out of reach, a release that is none', async (t) => {
  const away = await run('vault-repositories', '7.3.1611', 'http://127.0.0.1:9');
  t.is(away.exitCode, 1);
  t.deepEqual(away.stderr.split('\n').slice(-3), [
    "http://127.0.0.1:9/7.3.1611/os/x86_64/repodata/repomd.xml can't be had.".replace(/^/, 'vault-repositories.sh: '),
    'Is the vault in reach of this box? Another copy of it can be given as the second argument, or to vagrant as',
    'DOCKERD_LEAK_LAB_CENTOS_VAULT.',
  ]);
  const none = await run('vault-repositories', '12', vault);
  t.is(none.exitCode, 64);
  t.is(none.stderr, 'vault-repositories.sh: 12 is no release of CentOS 7 or 8, like 7.3.1611');
  const other = await run('vault-repositories', '8.3.2011', vault);
  t.is(other.exitCode, 1);
  t.is(
    other.stderr,
    'vault-repositories.sh: this system has no /etc/pki/rpm-gpg/RPM-GPG-KEY-centosofficial to check packages with: it is no CentOS 8',
  );
});

test.serial('docker-centos: nothing that is not signed by who it should be', async (t) => {
  const unsigned = await run('docker-centos', `${vault}/unsigned`);
  t.is(unsigned.exitCode, 1);
  t.regex(unsigned.stdout + unsigned.stderr, /docker-1\.13\.1-209\.el7\.centos\.x86_64\.rpm is not signed/);
  const forged = await run('docker-centos', `${vault}/forged`);
  t.is(forged.exitCode, 1);
  t.regex(
    forged.stdout + forged.stderr,
    /Public key for docker-1\.13\.1-209\.el7\.centos\.x86_64\.rpm is not installed/,
  );
  t.is(
    forged.stderr.split('\n').at(-1),
    `docker-centos.sh: yum could not install docker from ${vault}/forged; why, it says above`,
  );
  t.not((await cell.run(['test', '-e', '/usr/bin/docker'])).exitCode, 0);
});

test.serial('docker-centos: the one of the last release, and it is there the second time', async (t) => {
  const said = await succeeds(t, run('docker-centos', vault));
  t.is(said.split('\n').at(-1), 'Docker version 1.13.1, build 7d71120/1.13.1');
  await succeeds(t, run('docker-centos', vault));
  t.is(await succeeds(t, cell.run(['rpm', '--query', 'docker'])), 'docker-1.13.1-209.el7.centos.x86_64');
});

test.serial('kernel-rpm: only with a signature, and then it is the one that boots next', async (t) => {
  const release = '5.4.278-1.el7.elrepo';
  const unsigned = await run('kernel-rpm', release, `${vault}/kernel/unsigned.rpm`, key);
  t.is(unsigned.exitCode, 1);
  t.is(
    unsigned.stderr.split('\n').at(-1),
    `kernel-rpm.sh: yum could not install ${vault}/kernel/unsigned.rpm; why, it says above. DOCKERD_LEAK_LAB_ELREPO may have another copy`,
  );
  const without = await run('kernel-rpm', release, `${vault}/kernel/unsigned.rpm`, `${vault}/no-key`);
  t.is(
    without.stderr.split('\n').at(-1),
    `kernel-rpm.sh: the key ${vault}/no-key can't be had, and without it no kernel is installed`,
  );
  await takeCalls();
  const signed = `${vault}/kernel/kernel-lt-5.4.278-1.el7.elrepo.x86_64.rpm`;
  const image = `/boot/vmlinuz-${release}.x86_64`;
  const said = await succeeds(t, run('kernel-rpm', release, signed, key));
  t.is(said.split('\n').at(-1), `${image} boots next`);
  // What is there is not asked for again.
  t.is(await succeeds(t, run('kernel-rpm', release, `${vault}/gone.rpm`, key)), `${image} boots next`);
  t.deepEqual(await takeCalls(), [`grubby --set-default ${image}`, `grubby --set-default ${image}`]);
  t.is(await succeeds(t, run('kernel-rpm', os.release(), signed, key)), `${os.release()} runs already`);
});

test.serial('mount-flags: a drop-in for docker’s unit', async (t) => {
  const dropIn = '/etc/systemd/system/docker.service.d/lab-mount-flags.conf';
  await takeCalls();
  for (const [flags, line] of [
    ['slave', 'MountFlags=slave'],
    ['unset', 'MountFlags='],
  ] as const) {
    t.is(await succeeds(t, run('mount-flags', flags)), `MountFlags of docker.service: ${flags}`);
    t.is(await text(dropIn), `[Service]\n${line}\n`);
  }
  t.deepEqual(await takeCalls(), ['systemctl daemon-reload', 'systemctl daemon-reload']);
  const wrong = await run('mount-flags', 'rslave');
  t.is(wrong.exitCode, 64);
  t.is(wrong.stderr, 'mount-flags.sh: rslave is none of unset, shared, slave, private');
});

test.serial('live-restore: in whatever else daemon.json has', async (t) => {
  const file = '/etc/docker/daemon.json';
  const contents: [string | undefined, Record<string, unknown>][] = [
    [undefined, {}],
    ['', {}],
    ['{}', {}],
    ['{\n}\n', {}],
    ['{"debug": true}', { debug: true }],
    ['{\n  "debug": true,\n  "log-opts": { "max-size": "1m" }\n}\n', { debug: true, 'log-opts': { 'max-size': '1m' } }],
    ['{ "live-restore" : false, "debug": true }', { debug: true }],
    ['{\n  "debug": true,\n  "live-restore":true\n}\n', { debug: true }],
    ['{"labels": ["a={b}"]}', { labels: ['a={b}'] }],
  ];
  for (const [content, others] of contents) {
    for (const [word, value] of [
      ['on', true],
      ['off', false],
    ] as const) {
      if (content === undefined) await cell.run(['rm', '-f', file]);
      else await cell.writeFile(file, content);
      await succeeds(t, run('live-restore', word));
      t.deepEqual(JSON.parse(await text(file)), { ...others, 'live-restore': value }, `${word} in ${content}`);
      await succeeds(t, run('live-restore', word));
      t.deepEqual(JSON.parse(await text(file)), { ...others, 'live-restore': value }, `${word} twice in ${content}`);
    }
  }
  t.is((await run('live-restore', 'true')).stderr, 'usage: live-restore.sh on|off');
});

test.serial('boot-parameters: with grubby, which is told what an earlier call gave', async (t) => {
  await takeCalls();
  t.is(
    await succeeds(t, run('boot-parameters', 'cgroup.memory=nokmem', 'quiet')),
    'boot parameters of the lab: cgroup.memory=nokmem quiet',
  );
  t.is(await succeeds(t, run('boot-parameters')), 'boot parameters of the lab: none');
  t.is(await succeeds(t, run('boot-parameters')), 'boot parameters of the lab: none');
  t.deepEqual(await takeCalls(), [
    'grubby --update-kernel=ALL --args=cgroup.memory=nokmem quiet',
    'grubby --update-kernel=ALL --remove-args=cgroup.memory=nokmem quiet',
  ]);
});

test.serial('boot-parameters: with update-grub, and with neither', async (t) => {
  await cell.run(['mv', '/usr/sbin/grubby', '/usr/sbin/grubby.away']);
  await takeCalls();
  const settings = '/etc/default/grub.d/lab.cfg';
  await succeeds(t, run('boot-parameters', 'cgroup_disable=memory'));
  t.is(await text(settings), 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX cgroup_disable=memory"\n');
  await succeeds(t, run('boot-parameters'));
  t.is(await text(settings), 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX "\n');
  t.deepEqual(await takeCalls(), ['update-grub ', 'update-grub ']);
  await cell.run(['mv', '/usr/sbin/update-grub', '/usr/sbin/update-grub.away']);
  const neither = await run('boot-parameters', 'quiet');
  t.is(neither.exitCode, 1);
  t.is(
    neither.stderr,
    'boot-parameters.sh: neither grubby nor update-grub is here, and so nobody knows how this system boots',
  );
  for (const name of ['grubby', 'update-grub']) await cell.run(['mv', `/usr/sbin/${name}.away`, `/usr/sbin/${name}`]);
});

test.serial('check-boot: the kernel and the parameters that were asked for, or not', async (t) => {
  const commandLine = readFileSync('/proc/cmdline', 'utf8').trim();
  const [parameter = ''] = commandLine.split(' ');
  t.is(
    await succeeds(t, run('check-boot', os.release(), parameter)),
    `kernel ${os.release()}, booted with: ${commandLine}`,
  );
  const kernel = await run('check-boot', '3.10.0-514');
  t.is(kernel.exitCode, 1);
  t.is(kernel.stderr, `check-boot.sh: the kernel ${os.release()} runs, and 3.10.0-514 was to boot`);
  const missing = await run('check-boot', os.release(), 'cgroup.memory=nokmem');
  t.is(missing.exitCode, 1);
  t.is(missing.stderr, `check-boot.sh: the kernel was booted without cgroup.memory=nokmem: ${commandLine}`);
});

test.serial('docker-static: a tarball that is what was published, once', async (t) => {
  await cell.run(['sh', '-ec', 'cd /tmp; mkdir docker; echo program >docker/dockerd; tar -czf docker.tgz docker']);
  const digest = createHash('sha256')
    .update(await cell.readFile('/tmp/docker.tgz'))
    .digest('hex');
  const wrong = await run('docker-static', '/tmp/docker.tgz', '0'.repeat(64));
  t.is(wrong.exitCode, 1);
  t.is(
    wrong.stderr,
    `docker-static.sh: /tmp/docker.tgz is not what was published: its sha256 is ${digest}, and ${'0'.repeat(64)} was expected`,
  );
  const away = await run('docker-static', `${vault}/docker-1.13.1.tgz`, digest);
  t.is(
    away.stderr.split('\n').at(-1),
    `docker-static.sh: ${vault}/docker-1.13.1.tgz can't be had; bring the file, and give its path`,
  );
  t.is(
    await succeeds(t, run('docker-static', '/tmp/docker.tgz', digest)),
    '/opt/lab-docker has docker of /tmp/docker.tgz',
  );
  t.is(await text('/opt/lab-docker/dockerd'), 'program\n');
  t.is(await succeeds(t, run('docker-static', '/tmp/gone.tgz', digest)), '/opt/lab-docker has it already');
});

test.serial('docker-directory: the programs, over those that may be running, and a unit', async (t) => {
  await takeCalls();
  await cell.run([
    'sh',
    '-ec',
    'mkdir -p /tmp/brought; cd /tmp/brought; printf "#!/bin/sh\necho Docker version 1.13.1" >dockerd; chmod 755 dockerd; echo text >README',
  ]);
  t.is(await succeeds(t, run('docker-directory', '/tmp/brought')), 'Docker version 1.13.1');
  const unit = await text('/etc/systemd/system/docker.service');
  t.regex(unit, /^KillMode=process$/m);
  t.notRegex(unit, /MountFlags/);
  await cell.writeFile('/etc/systemd/system/docker.service', 'of the user\n');
  await succeeds(t, run('docker-directory', '/tmp/brought'));
  t.is(await text('/etc/systemd/system/docker.service'), 'of the user\n');
  t.is(await succeeds(t, cell.run(['ls', '/usr/local/bin'])), 'dockerd');
  t.deepEqual(await takeCalls(), ['systemctl daemon-reload', 'systemctl daemon-reload']);
  const none = await run('docker-directory', '/tmp');
  t.is(none.exitCode, 1);
  t.is(none.stderr, 'docker-directory.sh: there is no program /tmp/dockerd');
});
