import test from 'ava';
import { inWords } from '../../test/support/in-words.ts';
import { judgeMountBusy as judge } from './judge.ts';
import type { MountBusyObservations } from './observations.ts';

const judgeMountBusy = (...all: Parameters<typeof judge>) => inWords(judge(...all));

const merged = '/var/lib/docker/overlay2/abc/merged';
const busy = `driver "overlay2" failed to remove root filesystem: remove ${merged}: device or resource busy`;

const seen = (changes: Partial<MountBusyObservations>): MountBusyObservations => ({
  release: '6.1.0-50',
  storageDriver: 'overlay2',
  copied: [merged],
  removal: { status: 204, message: '' },
  left: [],
  ...changes,
});

const held = { mountFlags: 'unset', holder: 'another-namespace' };
const refused = { removal: { status: 500, message: busy }, state: 'dead', left: [merged] };

test('a kernel that detaches', (t) => {
  const judgement = judgeMountBusy(held, '20.10.24', seen({}));
  t.like(judgement, {
    observed: 'removed',
    expected: 'removed',
    bug: 'absent',
  });
  t.true(judgement.checks.every(({ asExpected }) => asExpected));
  t.deepEqual(judgement.figures, [
    'kernel 6.1.0-50, fs.may_detach_mounts not there, overlay2',
    `in the other namespace: ${merged}, gone when it was removed`,
  ]);
});

test('busy on a new kernel is not expected', (t) => {
  const judgement = judgeMountBusy(held, '20.10.24', seen(refused));
  t.like(judgement, { expected: 'removed', bug: 'present' });
  t.deepEqual(
    judgement.checks.map(({ asExpected }) => asExpected),
    [false, true, false],
  );
});

for (const [release, mayDetachMounts, expected] of [
  ['3.10.0-514.el7.x86_64', undefined, 'busy'],
  ['3.10.0-693.el7.x86_64', '0', 'busy'],
  ['3.10.0-693.el7.x86_64', '1', 'removed'],
  ['3.16.0-4-amd64', undefined, 'not known yet'],
  ['3.18.0', undefined, 'removed'],
] as const) {
  test(`what is expected on ${release}, fs.may_detach_mounts ${mayDetachMounts}`, (t) => {
    const facts = { release, ...(mayDetachMounts !== undefined && { mayDetachMounts }) };
    t.is(judgeMountBusy(held, '1.13.1', seen({ ...facts, ...refused })).expected, expected);
  });
}

test('with MountFlags=slave there is nothing to hold, on any kernel', (t) => {
  const cell = { mountFlags: 'slave', holder: 'another-namespace' };
  const judgement = judgeMountBusy(cell, '1.13.1', seen({ release: '3.10.0-514', copied: [] }));
  t.like(judgement, { observed: 'removed', expected: 'removed', bug: 'absent' });
});

test('a holder that holds nothing shows nothing', (t) => {
  const judgement = judgeMountBusy(held, '20.10.24', seen({ copied: [] }));
  t.deepEqual(
    judgement.checks.map(({ asExpected }) => asExpected),
    [true, false, true],
  );
});

test('another refusal is not this bug', (t) => {
  const removal = { status: 409, message: 'You cannot remove a running container' };
  t.like(judgeMountBusy(held, '20.10.24', seen({ removal, state: 'running' })), { bug: 'unknown' });
});

test('a containerd with a unit of its own: with MountFlags=slave the container does not start, and is removed', (t) => {
  const cell = { mountFlags: 'slave', holder: 'none', systemd: '219', containerd: 'unit' };
  const refusal = {
    container: 'held',
    daemonStart: 1,
    status: 400,
    message: 'stat /bin/sleep: no such file or directory',
  };
  const judgement = judgeMountBusy(cell, '20.10.24', seen({ copied: [], starts: [refusal] }));
  t.like(judgement, {
    observed: 'containers do not start · removed',
    expected: 'containers do not start · removed',
    bug: 'absent',
  });
  t.true(judgement.checks.every(({ asExpected }) => asExpected));
  const unset = judgeMountBusy({ ...cell, mountFlags: 'unset' }, '20.10.24', seen({ copied: [], starts: [refusal] }));
  t.deepEqual(
    unset.checks
      .filter(({ asExpected }) => !asExpected)
      .map(({ what, observed, expected }) => [what, observed, expected]),
    [['starts of containers', '1 not started', '1 started']],
  );
});
