import test from 'ava';
import { BootFailedError, LabError, NotApplicableError } from '../../core/errors.ts';
import { failureOf } from './failure.ts';
import { knownErrors } from './known-errors.ts';
import { parseSaid, type Said } from './parse.ts';

function said(...lines: string[]): Said[] {
  return lines.flatMap((line) => parseSaid(line) ?? []);
}

test('a provider that does not answer, as vagrant-libvirt tells it', (t) => {
  const text =
    "Error while connecting to Libvirt: Error making a connection to libvirt URI qemu:///system:\\nCall to virConnectOpen failed: Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory";
  const lines = said(
    "1795353013,,ui,info,Bringing machine 'debian-12' up with 'libvirt' provider...",
    `1795353015,,ui,error,${text}`,
    `1795353015,,error-exit,VagrantPlugins::ProviderLibvirt::Errors::FogLibvirtConnectionError,${text}`,
  );
  const error = failureOf('vagrant up debian-12', 3600, { said: lines, stderr: '', exitCode: 1, timedOut: false });
  t.true(error instanceof NotApplicableError);
  t.is(
    error.message,
    [
      'vagrant up debian-12: libvirtd does not answer (FogLibvirtConnectionError)',
      '  expected: vagrant does it',
      '  evidence:',
      '    Error while connecting to Libvirt: Error making a connection to libvirt URI qemu:///system:',
      "    Call to virConnectOpen failed: Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory",
      '  what you can do: install vagrant-libvirt and start libvirtd, or VirtualBox; VAGRANT_DEFAULT_PROVIDER chooses one',
    ].join('\n'),
  );
});

test('an unknown error keeps its own words', (t) => {
  const line = '1795353018,,error-exit,Vagrant::Errors::MachineNotFound,The machine was not found.';
  const error = failureOf('vagrant up nosuch', 3600, { said: said(line), stderr: '', exitCode: 1, timedOut: false });
  t.is(error.name, 'LabError');
  t.is(error.failure.happened, 'vagrant exited with 1 (MachineNotFound)');
  t.is(error.failure.evidence, 'The machine was not found.');
});

test('without an error line, the last that was said is the evidence', (t) => {
  const line = '1795353013,debian-12,ui,info,==> debian-12: Waiting for domain to get an IP address...';
  const error = failureOf('vagrant up debian-12', 60, { said: said(line), stderr: 'a Ruby stack', timedOut: true });
  t.true(error instanceof LabError);
  t.is(
    error.message,
    [
      'vagrant up debian-12: it was not done then',
      '  expected: vagrant has done it within 60 s',
      '  evidence:',
      '    ==> debian-12: Waiting for domain to get an IP address...',
      '    a Ruby stack',
      '  what you can do: npm run lab -- doctor says what this machine needs',
    ].join('\n'),
  );
});

test('a box that is not available is no failed cell, one that hangs did not boot, a lock is infrastructure', (t) => {
  const errorOf = (name: string) => {
    const lines = said(`1,,error-exit,Vagrant::Errors::${name},text`);
    return failureOf('vagrant up', 1, { said: lines, stderr: '', exitCode: 1, timedOut: false });
  };
  t.true(errorOf('BoxAddShortNotFound') instanceof NotApplicableError);
  t.true(errorOf('VMBootTimeout') instanceof BootFailedError);
  t.is(errorOf('MachineActionLockedError').name, 'LabError');
  for (const name of Object.keys(knownErrors)) t.regex(errorOf(name).message, new RegExp(`\\(${name}\\)`));
});
