import test from 'ava';
import { fakeHost } from '../../test/support/fake-machine.ts';
import { runRecord } from './schema.ts';

const record = {
  schema: 1,
  scenario: 'fake',
  claim: 'A fake shows nothing.',
  state: 'finished',
  startedAt: '2026-11-22T06:09:16.000Z',
  commandLine: [],
  lab: { version: '0.1.0', revision: 'unknown', node: '24.21.0' },
  jobs: 2,
  machine: fakeHost,
  builds: [],
  cells: [],
  notes: [],
};

test('a record from before the kind of a machine and its limits were codes', (t) => {
  const { kind: _, ...old } = fakeHost;
  const machine = {
    ...old,
    machine: 'microvm, QEMU 7.2, tcg, virtio',
    limits: ['CAP_SYS_RESOURCE is missing: a daemon cannot lower OOM scores', 'a limit of another lab'],
  };
  const read = runRecord.parse({ ...record, machine });
  t.is(read.machine.kind, 'microvm');
  t.deepEqual(read.machine.limits, ['no-oom-scores', 'a limit of another lab']);
});

test('a record of today stays as it is', (t) => {
  const machine = { ...fakeHost, kind: 'vagrant', machine: 'a box', limits: ['emulated-cpu'] };
  t.deepEqual(runRecord.parse({ ...record, machine }).machine, machine);
});
