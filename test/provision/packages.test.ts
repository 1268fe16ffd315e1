import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { ProvisionedCell, succeeds } from '../support/provisioned-cell.ts';

/*
 * The packages that provisioning installs on CentOS' boxes, in a root of Debian that has rpm and yum's successor dnf: the scripts get their packages
 * from a small vault of signed stand-ins on loopback. They have not been run on CentOS itself. One file, as the vault is made once.
 */
const vaultScript = path.join(import.meta.dirname, '../support/vault.sh');
const vault = 'http://127.0.0.1:8080';
const key = `${vault}/RPM-GPG-KEY-elrepo.org`;

let box: ProvisionedCell;

test.before(async () => {
  box = await ProvisionedCell.open('rpm');
  const made = await box.cell.run(['sh', vaultScript], { timeout: 6 * 60_000 });
  if (made.exitCode !== 0) throw new Error(`making the vault: ${made.stdout}\n${made.stderr}`);
});

test.after.always(async () => {
  await box?.[Symbol.asyncDispose]();
});

test.serial('vault-repositories: yum asks the vault alone, however often it is run', async (t) => {
  const mirrors = '/etc/yum.repos.d/CentOS-Base.repo';
  await box.cell.writeFile(mirrors, '[base]\nname=gone\nmirrorlist=http://mirrorlist.centos.org/\n');
  t.is(await succeeds(t, box.run('vault-repositories', '7.3.1611', vault)), `yum asks ${vault} for CentOS 7.3.1611`);
  const first = await box.text('/etc/yum.repos.d/lab-vault.repo');
  await succeeds(t, box.run('vault-repositories', '7.3.1611', vault));
  t.is(await box.text('/etc/yum.repos.d/lab-vault.repo'), first);
  t.regex(
    first,
    /^\[lab-os\]\n.*\nbaseurl=http:\/\/127\.0\.0\.1:8080\/7\.3\.1611\/os\/x86_64\/\nenabled=1\ngpgcheck=1\n/m,
  );
  await t.throwsAsync(box.cell.readFile(mirrors), { code: 'ENOENT' });
  const repositories = await succeeds(t, box.cell.run(['yum', 'repolist', '--quiet'], { timeout: 3 * 60_000 }));
  t.deepEqual([...repositories.matchAll(/^lab-\w+/gm)].map(String), ['lab-extras', 'lab-os', 'lab-updates']);
});

test.serial('vault-repositories: a vault out of reach, a release that is none', async (t) => {
  const away = await box.run('vault-repositories', '7.3.1611', 'http://127.0.0.1:9');
  t.is(away.exitCode, 1);
  t.deepEqual(away.stderr.split('\n').slice(-3), [
    'http://127.0.0.1:9/7.3.1611/os/x86_64/repodata/repomd.xml is not available.'.replace(
      /^/,
      'vault-repositories.sh: ',
    ),
    'Is the vault in reach of this box? Another copy of it can be given as the second argument, or to vagrant as',
    'DOCKERD_LEAK_LAB_CENTOS_VAULT.',
  ]);
  const none = await box.run('vault-repositories', '12', vault);
  t.is(none.exitCode, 64);
  t.is(none.stderr, 'vault-repositories.sh: 12 is no release of CentOS 7 or 8, like 7.3.1611');
  const other = await box.run('vault-repositories', '8.3.2011', vault);
  t.is(other.exitCode, 1);
  t.is(
    other.stderr,
    'vault-repositories.sh: this system has no /etc/pki/rpm-gpg/RPM-GPG-KEY-centosofficial to check packages with: it is no CentOS 8',
  );
});

test.serial('docker-centos: nothing that is not signed by who it should be', async (t) => {
  const unsigned = await box.run('docker-centos', `${vault}/unsigned`);
  t.is(unsigned.exitCode, 1);
  t.regex(unsigned.stdout + unsigned.stderr, /docker-1\.13\.1-209\.el7\.centos\.x86_64\.rpm is not signed/);
  const forged = await box.run('docker-centos', `${vault}/forged`);
  t.is(forged.exitCode, 1);
  t.regex(
    forged.stdout + forged.stderr,
    /Public key for docker-1\.13\.1-209\.el7\.centos\.x86_64\.rpm is not installed/,
  );
  t.is(
    forged.stderr.split('\n').at(-1),
    `docker-centos.sh: yum could not install docker from ${vault}/forged; why, it says above`,
  );
  t.not((await box.cell.run(['test', '-e', '/usr/bin/docker'])).exitCode, 0);
});

test.serial('docker-centos: the one of the last release, and it is there the second time', async (t) => {
  const said = await succeeds(t, box.run('docker-centos', vault));
  t.is(said.split('\n').at(-1), 'Docker version 1.13.1, build 7d71120/1.13.1');
  await succeeds(t, box.run('docker-centos', vault));
  t.is(await succeeds(t, box.cell.run(['rpm', '--query', 'docker'])), 'docker-1.13.1-209.el7.centos.x86_64');
});

test.serial('kernel-rpm: only with a signature, and then it is the one that boots next', async (t) => {
  const release = '5.4.278-1.el7.elrepo';
  const unsigned = await box.run('kernel-rpm', release, `${vault}/kernel/unsigned.rpm`, key);
  t.is(unsigned.exitCode, 1);
  t.is(
    unsigned.stderr.split('\n').at(-1),
    `kernel-rpm.sh: yum could not install ${vault}/kernel/unsigned.rpm; why, it says above. DOCKERD_LEAK_LAB_ELREPO may have another copy`,
  );
  const without = await box.run('kernel-rpm', release, `${vault}/kernel/unsigned.rpm`, `${vault}/no-key`);
  t.is(
    without.stderr.split('\n').at(-1),
    `kernel-rpm.sh: the key ${vault}/no-key is not available, and without it no kernel is installed`,
  );
  await box.takeCalls();
  const signed = `${vault}/kernel/kernel-lt-5.4.278-1.el7.elrepo.x86_64.rpm`;
  const image = `/boot/vmlinuz-${release}.x86_64`;
  const said = await succeeds(t, box.run('kernel-rpm', release, signed, key));
  t.is(said.split('\n').at(-1), `${image} boots next`);
  // What is there is not asked for again.
  t.is(await succeeds(t, box.run('kernel-rpm', release, `${vault}/gone.rpm`, key)), `${image} boots next`);
  t.deepEqual(await box.takeCalls(), [`grubby --set-default ${image}`, `grubby --set-default ${image}`]);
  t.is(await succeeds(t, box.run('kernel-rpm', os.release(), signed, key)), `${os.release()} runs already`);
});

test.serial('docker-static: a tarball that is what was published, once', async (t) => {
  await box.cell.run(['sh', '-ec', 'cd /tmp; mkdir docker; echo program >docker/dockerd; tar -czf docker.tgz docker']);
  const digest = createHash('sha256')
    .update(await box.cell.readFile('/tmp/docker.tgz'))
    .digest('hex');
  const wrong = await box.run('docker-static', '/tmp/docker.tgz', '0'.repeat(64));
  t.is(wrong.exitCode, 1);
  t.is(
    wrong.stderr,
    `docker-static.sh: /tmp/docker.tgz is not what was published: its sha256 is ${digest}, and ${'0'.repeat(64)} was expected`,
  );
  const away = await box.run('docker-static', `${vault}/docker-1.13.1.tgz`, digest);
  t.is(
    away.stderr.split('\n').at(-1),
    `docker-static.sh: ${vault}/docker-1.13.1.tgz is not available; bring the file, and give its path`,
  );
  t.is(
    await succeeds(t, box.run('docker-static', '/tmp/docker.tgz', digest)),
    '/opt/lab-docker has docker of /tmp/docker.tgz',
  );
  t.is(await box.text('/opt/lab-docker/dockerd'), 'program\n');
  t.is(await succeeds(t, box.run('docker-static', '/tmp/gone.tgz', digest)), '/opt/lab-docker has it already');
});

test.serial('docker-directory: the programs, over those that may be running, and a unit', async (t) => {
  await box.takeCalls();
  await box.cell.run([
    'sh',
    '-ec',
    'mkdir -p /tmp/brought; cd /tmp/brought; printf "#!/bin/sh\necho Docker version 1.13.1" >dockerd; chmod 755 dockerd; echo text >README',
  ]);
  t.is(await succeeds(t, box.run('docker-directory', '/tmp/brought')), 'Docker version 1.13.1');
  const unit = await box.text('/etc/systemd/system/docker.service');
  t.regex(unit, /^KillMode=process$/m);
  t.notRegex(unit, /MountFlags/);
  await box.cell.writeFile('/etc/systemd/system/docker.service', 'of the user\n');
  await succeeds(t, box.run('docker-directory', '/tmp/brought'));
  t.is(await box.text('/etc/systemd/system/docker.service'), 'of the user\n');
  t.is(await succeeds(t, box.cell.run(['ls', '/usr/local/bin'])), 'dockerd');
  t.deepEqual(await box.takeCalls(), ['systemctl daemon-reload', 'systemctl daemon-reload']);
  const none = await box.run('docker-directory', '/tmp');
  t.is(none.exitCode, 1);
  t.is(none.stderr, 'docker-directory.sh: there is no program /tmp/dockerd');
});
