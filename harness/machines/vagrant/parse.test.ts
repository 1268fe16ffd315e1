import test from 'ava';
import { array, assert, constantFrom, property, string } from 'fast-check';
import { parseSaid, shownOf, snapshotsOf } from './parse.ts';

// All lines are of vagrant 2.3.4 with vagrant-libvirt 0.11.2.
test('the facts of a machine', (t) => {
  t.deepEqual(parseSaid('1795353008,debian-12,state,not_created'), {
    time: 1795353008,
    target: 'debian-12',
    type: 'state',
    data: ['not_created'],
  });
});

test('an error, with its commas and lines', (t) => {
  const line =
    "1795353018,,error-exit,Vagrant::Errors::ProviderNotUsable,The provider 'virtualbox' that was requested to back the machine\\n'debian-12' is reporting that it isn't usable on this system. The\\nreason is shown below:\\n\\nVagrant could not detect VirtualBox! Make sure VirtualBox is properly installed.\\nVagrant uses the `VBoxManage` binary that ships with VirtualBox%!(VAGRANT_COMMA) and requires\\nthis to be available on the PATH. If VirtualBox is installed%!(VAGRANT_COMMA) please find the\\n`VBoxManage` binary and add it to the PATH environmental variable.";
  const [name, text] = parseSaid(line)?.data ?? [];
  t.is(name, 'Vagrant::Errors::ProviderNotUsable');
  t.deepEqual(text?.split('\n').slice(-4), [
    'Vagrant could not detect VirtualBox! Make sure VirtualBox is properly installed.',
    'Vagrant uses the `VBoxManage` binary that ships with VirtualBox, and requires',
    'this to be available on the PATH. If VirtualBox is installed, please find the',
    '`VBoxManage` binary and add it to the PATH environmental variable.',
  ]);
});

test('what others print is no line of vagrant', (t) => {
  t.is(parseSaid('Vagrant 2.3.4'), undefined);
  t.is(parseSaid('Host debian-12'), undefined);
  t.is(parseSaid('  HostName 192.168.121.7, or so'), undefined);
  t.is(parseSaid(''), undefined);
});

test('what is shown of its progress', (t) => {
  const shown = (line: string) => {
    const said = parseSaid(line);
    return said && shownOf(said);
  };
  t.is(
    shown("1795353013,,ui,info,Bringing machine 'debian-12' up with 'libvirt' provider..."),
    "Bringing machine 'debian-12' up with 'libvirt' provider...",
  );
  t.is(
    shown('1795353026,debian-12,ui,info,==> debian-12: VM not created. Moving on...'),
    'VM not created. Moving on...',
  );
  t.is(shown('1795353013,debian-12,action,up,start'), undefined);
  t.is(shown('1795353022,,ui,error,The machine with the name was not found'), undefined);
});

/** As vagrant does it (lib/vagrant/ui.rb, MachineReadable). */
function written(fields: string[]): string {
  const escaped = fields.map((field) =>
    field.replaceAll(',', '%!(VAGRANT_COMMA)').replaceAll('\n', '\\n').replaceAll('\r', '\\r'),
  );
  return ['1795353018', 'debian-12', 'ui', ...escaped].join(',');
}

test('any text that vagrant writes is read back, but for texts that look like its escapes', (t) => {
  const field = string({
    unit: constantFrom('a', 'é', ',', '\n', '\r', ' ', '%', '!', '(', ')', '"', '\\t', 'VAGRANT_COMMA'),
  }).filter((text) => !/\\[nr]|%!\(VAGRANT_COMMA\)/.test(text));
  assert(
    property(array(field, { minLength: 1, maxLength: 4 }), (data) => {
      t.deepEqual(parseSaid(written(data))?.data, data);
    }),
  );
});

test('the names of snapshots, and the advice in their place', (t) => {
  const listed = ['metadata,provider,libvirt', 'ui,output,==> debian-12: ', 'ui,detail,first', 'ui,detail,second'];
  const none = [
    'ui,output,==> debian-12: No snapshots have been taken yet!',
    'ui,detail,    debian-12: You can take a snapshot using `vagrant snapshot save`. Note that\\n    debian-12: not all providers support this yet.',
  ];
  const said = (lines: readonly string[]) => lines.flatMap((line) => parseSaid(`1795362959,debian-12,${line}`) ?? []);
  t.deepEqual(snapshotsOf(said(listed)), ['first', 'second']);
  t.deepEqual(snapshotsOf(said(none)), []);
});
