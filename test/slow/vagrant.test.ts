import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { NotApplicableError, type LabError } from '../../harness/core/errors.ts';
import { waitFor } from '../../harness/dosing/wait-for.ts';
import type { LocalCell } from '../../harness/machines/local/local.ts';
import { vagrantRequirements } from '../../harness/machines/vagrant/requirements.ts';
import { projectRoot, vagrantSettings } from '../../harness/machines/vagrant/settings.ts';
import { Vagrant } from '../../harness/machines/vagrant/vagrant.ts';
import { reproducerOf, reproducible } from '../../harness/upstream/reproducer.ts';
import { boxes } from '../../vms/boxes.ts';
import { inCell, openCell, vagrantPlaces } from '../support/box-cell.ts';
import { cli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';
import { startLibvirt } from '../support/libvirt.ts';

/** The real vagrant of Debian, which the lab has downloaded, in a cell where nothing can be downloaded. */
let cell: LocalCell;
let vagrant: Vagrant;

test.before(async () => {
  cell = await openCell('boxes');
  const words = [...inCell(cell), 'vagrant'].join(' ');
  vagrant = new Vagrant(vagrantSettings('/nowhere', { ...vagrantPlaces, DOCKERD_LEAK_LAB_VAGRANT: words }));
});

test.after.always(async () => {
  await cell[Symbol.asyncDispose]();
});

async function fails(t: ExecutionContext, doing: Promise<unknown>): Promise<LabError> {
  const error = await t.throwsAsync<LabError>(doing, { instanceOf: NotApplicableError });
  return error;
}

test.serial('without libvirtd and VirtualBox', async (t) => {
  t.is(await vagrant.version(), '2.3.4');
  t.is(await vagrant.status('debian-12'), 'not_created');
  const found = await vagrantRequirements(vagrant);
  t.deepEqual(found.at(-1), {
    what: 'a provider of boxes',
    met: false,
    found: 'libvirt, but libvirtd does not run: there is no /var/run/libvirt/libvirt-sock',
    fix: 'start libvirtd (systemctl start libvirtd) and let this user use it (group libvirt), or install VirtualBox',
  });
  const libvirt = await fails(t, vagrant.up('debian-12'));
  t.is(libvirt.failure.happened, 'libvirtd does not answer (FogLibvirtConnectionError)');
  const environment = { VAGRANT_DEFAULT_PROVIDER: 'virtualbox' };
  const virtualbox = await fails(t, vagrant.up('debian-12', { environment }));
  t.is(virtualbox.failure.happened, 'the provider cannot be used here (ProviderNotUsable)');
  t.regex(virtualbox.failure.evidence ?? '', /^Vagrant could not detect VirtualBox!/m);
});

test.serial('a box that does not exist', async (t) => {
  await startLibvirt(cell, path.join(scratch(t), 'libvirtd.log'));
  t.true((await vagrantRequirements(vagrant)).every(({ met }) => met));
  const heard: string[] = [];
  const error = await fails(t, vagrant.up('centos-7.3', { progress: (what) => heard.push(what) }));
  t.is(
    error.failure.happened,
    'box not found, neither on this machine nor on the server of boxes (BoxAddShortNotFound)',
  );
  t.is(error.failure.doing, 'vagrant up centos-7.3');
  t.regex(error.failure.evidence ?? '', /centos\/7/);
  t.true(
    heard.some((what) => what.startsWith("Bringing machine 'centos-7.3' up with 'libvirt' provider")),
    heard.join('\n'),
  );
  t.deepEqual(await vagrant.snapshots('centos-7.3'), []);
  // What is not there needs no destroying.
  await vagrant.destroy('centos-7.3');
});

test.serial('a box that another vagrant is working on', async (t) => {
  t.timeout(15 * 60_000);
  // Vagrant's lock of a machine is called so (lib/vagrant/machine.rb), and ends with the process that holds it.
  const machine = [projectRoot, vagrantPlaces.VAGRANT_DOTFILE_PATH, 'centos-7.3'].join('');
  const name = `lock.machine-action-${createHash('md5').update(machine).digest('hex')}.lock`;
  const file = path.join(vagrantPlaces.VAGRANT_HOME, 'data', name);
  const log = path.join(scratch(t), 'locks.log');
  const holder = await cell.start(['flock', file, 'sh', '-c', 'echo held; exec sleep 600'], { log });
  const said = () => Promise.resolve(readFileSync(log, 'utf8'));
  await waitFor('holding the lock', 'it is held', said, (text) => text === 'held\n', 30);
  const error = await t.throwsAsync<LabError>(vagrant.up('centos-7.3'));
  t.is(error.name, 'LabError');
  t.is(error.failure.happened, 'another vagrant is working on the same box (MachineActionLockedError)');
  t.is(error.failure.hint, 'wait until the other vagrant has ended, or end it');
  await holder.kill('SIGKILL');
});

test.serial('the Vagrantfile, with what can vary a box', async (t) => {
  const directory = scratch(t);
  const tarball = path.join(directory, 'docker.tgz');
  writeFileSync(tarball, 'no tarball, which validating does not see');
  const environments: Record<string, string>[] = [
    {},
    { LAB_DOCKER: 'none', LAB_BOOT_PARAMETERS: 'cgroup.memory=nokmem cgroup_disable=memory' },
    { LAB_DOCKER: '1.13.1', LAB_MOUNT_FLAGS: 'slave', LAB_LIVE_RESTORE: 'on' },
    { LAB_DOCKER: '/usr/bin' },
    { DOCKERD_LEAK_LAB_CENTOS_VAULT: 'http://127.0.0.1:8080', DOCKERD_LEAK_LAB_ELREPO: 'http://127.0.0.1:8080/kernel' },
  ];
  for (const environment of environments) {
    const ran = await validate(environment);
    t.is(ran.exitCode, 0, ran.stdout + ran.stderr);
    t.regex(ran.stdout, /Vagrantfile validated successfully\./);
  }
  const wrong = await validate({ LAB_DOCKER: '13.1' });
  t.is(wrong.exitCode, 1);
  t.regex(wrong.stderr, /LAB_DOCKER=13\.1 is no version of vms\/static-dockers\.json, no directory and no file/);
});

function validate(environment: Record<string, string>) {
  const [program = '', ...words] = vagrant.settings.words;
  const env = { ...vagrant.settings.environment, ...environment };
  return execa(program, [...words, 'validate'], { env, reject: false });
}

test.serial('every box of the catalogue is a machine of the Vagrantfile', async (t) => {
  for (const { name } of boxes.slice(0, 2)) t.is(await vagrant.provider(name), 'libvirt');
  const [program = '', ...words] = vagrant.settings.words;
  const all = await execa(program, [...words, '--machine-readable', 'status'], { env: vagrant.settings.environment });
  const machines = [...all.stdout.matchAll(/^\d+,([^,]+),state,not_created$/gm)].map(([, name]) => name);
  t.deepEqual(
    machines,
    boxes.map(({ name }) => name),
  );
});

test('without vagrant, and with a box that does not exist', async (t) => {
  const words = ['scenario', 'netns-restore', '--machine', 'vagrant'];
  const without = await cli([...words, '--out', scratch(t)], { DOCKERD_LEAK_LAB_VAGRANT: '/nowhere/vagrant' });
  t.is(without.exitCode, 3);
  t.is(
    without.stderr,
    `The machine "vagrant" cannot run here; missing: vagrant (found: there is no /nowhere/vagrant).
What you can do: install vagrant and vagrant-libvirt, or VirtualBox; DOCKERD_LEAK_LAB_VAGRANT names another vagrant.`,
  );
});

test.serial('every shell script of the project', async (t) => {
  const project = path.resolve(import.meta.dirname, '../..');
  const files = ['harness', 'vms', 'test', '.ci'].flatMap((folder) =>
    readdirSync(path.join(project, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      path.join(folder, file),
    ),
  );
  // The parts of a reproducer make sense only together.
  const scripts = files.filter((file) => file.endsWith('.sh') && !file.includes('/reproducers/'));
  t.true(scripts.includes('vms/provision/docker-centos.sh'));
  const check = (script: string) =>
    cell.run(['shellcheck', '--severity=warning', '--shell=dash', '-'], { input: script });
  for (const script of scripts) {
    const { stdout, stderr, exitCode } = await check(readFileSync(path.join(project, script), 'utf8'));
    t.is(exitCode, 0, `${script}: ${stdout}${stderr}`);
  }
  for (const scenario of reproducible) {
    const { script = '' } = (await reproducerOf(scenario, {}, 'x')) ?? {};
    const { stdout, stderr, exitCode } = await check(script);
    t.is(exitCode, 0, `${scenario}: ${stdout}${stderr}`);
  }
});
