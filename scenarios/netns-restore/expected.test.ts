import test from 'ava';
import { expectationOf, type NetnsExpectation } from './expected.ts';

const lost = { systemd: '219', mountFlags: 'slave', liveRestore: 'on', starts: 'restarted' };

/** Those that were measured. */
const ipv6Records: Readonly<Record<string, NetnsExpectation['ipv6Recorded']>> = {
  '20.10.24': 'known',
  '26.1.5': 'known',
  '28.5.2': 'forgotten',
};

type Told = Pick<NetnsExpectation, 'stats' | 'streams' | 'collectingStats' | 'reason' | 'reference'>;

const loses = test.macro({
  exec(t, version: string, told: Told, commit?: string) {
    t.deepEqual(expectationOf(lost, version, commit), {
      ...told,
      netnsFiles: 'lost',
      restoreErrors: true,
      populateErrors: false,
      endpointsForgotten: true,
      duplicateIp: true,
      ipv6Recorded: ipv6Records[version],
      sameProcesses: true,
      reason: `the bind mounts went with the daemon's mount namespace; ${told.reason}`,
      reference: `moby issues 30274 and 29921; ${told.reference}`,
    });
  },
  title: (_, version: string, _told: Told, commit: string = 'any') =>
    `what ${version} of commit ${commit} does once the namespace is lost`,
});

const hangs: Told = {
  stats: 'hangs',
  streams: 'silent',
  collectingStats: true,
  reason:
    'the collector logs every error but "not running" and publishes nothing, and a non-stream call waits for two publications',
  reference: 'moby 1.13.1 daemon/stats_collector_unix.go; measured on 1.12.6, 1.13.1, 17.03.2, 17.06.2 and 17.07.0',
};
const zeroed: Told = {
  stats: 'zeroed',
  streams: 'zeroed',
  collectingStats: false,
  reason:
    'libnetwork\'s "sandbox not found" counts as not-found, for which the collector publishes an empty frame and logs nothing: it no longer hangs, but it is not right either',
  reference: 'moby PR 34188; measured on 17.09.0, 18.09.0, 20.10.5, 20.10.24 and 26.1.5',
};
const zeroedAndLogged: Told = {
  stats: 'zeroed',
  streams: 'zeroed',
  collectingStats: true,
  reason:
    'the daemon wipes the sandbox id of a container whose sandbox it cannot find, running or not; asking with an empty id is an invalid parameter, which is logged and published as an empty frame',
  reference: 'moby PR 47984; measured on 28.5.2',
};
const notKnown = { stats: undefined, streams: undefined, collectingStats: undefined };
const unplaced = (version: string): Told => ({
  ...notKnown,
  reason: `${version} is the version of many commits, and this one has not been measured yet`,
  reference: 'none',
});

test(loses, '1.12.6', hangs);
test(loses, '1.13.1', hangs);
test(loses, '17.06.2-ce', hangs);
test(loses, '17.07.0-ce', hangs);
test(loses, '17.09.0-ce', zeroed);
test(loses, '17.11.0-ce', zeroed);
// Builds of commits between releases: two that were measured, by any length of their hash, and two that were not.
test(
  loses,
  '17.06.0-dev',
  { ...hangs, reference: 'measured on moby commit b6498340, the parent of ebcb7d6b' },
  'b649834',
);
test(loses, '17.06.0-dev', { ...zeroed, reference: 'moby commit ebcb7d6b, measured on it' }, 'ebcb7d6b0123');
test(loses, '17.06.0-dev', unplaced('17.06.0-dev'), '0123456');
test(loses, 'dev', unplaced('dev'), 'HEAD');
test(loses, '17.12.1-ce', zeroed);
test(loses, '19.03.13', zeroed);
test(loses, '20.10.24', zeroed);
test(loses, '26.1.5', zeroed);
test(loses, '27.0.0', zeroedAndLogged);
test(loses, '28.5.2', zeroedAndLogged);
test(loses, '29.0.0', {
  ...notKnown,
  reason: 'no docker from 29 on has been measured yet',
  reference: 'none',
});
test(loses, '1.11.2', {
  ...notKnown,
  reason: '1.11.2 is older than any docker with live-restore',
  reference: 'none',
});

const keeps = test.macro({
  exec(t, levels: Partial<typeof lost>, { sameProcesses, reason, reference }: Partial<NetnsExpectation>) {
    for (const version of ['1.13.1', '20.10.24', '28.5.2', '29.0.0']) {
      t.like(expectationOf({ ...lost, ...levels }, version), {
        netnsFiles: 'nsfs',
        restoreErrors: false,
        populateErrors: false,
        collectingStats: false,
        stats: 'values',
        streams: 'values',
        endpointsForgotten: false,
        duplicateIp: false,
        sameProcesses,
        reason,
        reference,
      });
    }
  },
  title: (_, levels: Partial<typeof lost>) => `nothing is lost with ${JSON.stringify(levels)}`,
});

const measured = 'measured on 1.12.6, 1.13.1, 17.03.2, 17.06.2, 17.07.0, 17.09.0, 18.09.0, 20.10.24, 26.1.5 and 28.5.2';
const control = {
  sameProcesses: true,
  reason: 'nothing was restarted: the bind mounts live in the mount namespace of the daemon that made them',
  reference: 'control',
};
const startedAnew = {
  sameProcesses: false,
  reason: 'without live-restore the daemon stops its containers and starts them anew, in new namespaces',
  reference: measured,
};
const outlives = (flags: string) => ({
  sameProcesses: true,
  reason: `with MountFlags ${flags} the bind mounts are in the host's mount namespace too and outlive the daemon`,
  reference: measured,
});

test(keeps, { starts: 'fresh' }, control);
test(keeps, { starts: 'fresh', liveRestore: 'off' }, control);
test(keeps, { liveRestore: 'off' }, startedAnew);
test(keeps, { liveRestore: 'off', mountFlags: 'shared', starts: 'restarted-twice' }, startedAnew);
test(keeps, { mountFlags: 'unset' }, outlives('unset'));
test(keeps, { mountFlags: 'shared', starts: 'restarted-twice' }, outlives('shared'));
test(keeps, { mountFlags: 'shared', systemd: '252' }, outlives('shared'));

const losesToo = test.macro({
  exec(t, levels: Partial<typeof lost>) {
    t.deepEqual(expectationOf({ ...lost, ...levels }, '1.13.1'), expectationOf(lost, '1.13.1'));
  },
  title: (_, levels: Partial<typeof lost>) => `it is lost as well with ${JSON.stringify(levels)}`,
});

test(losesToo, { mountFlags: 'private' });
test(losesToo, { starts: 'restarted-twice' });
test(losesToo, { systemd: '240', mountFlags: 'shared' });
test(losesToo, { systemd: '252' });

test('a setup and a containerd of its own add to the reason, and rest on what was measured with them', (t) => {
  const cell = { ...lost, mountFlags: 'unset', containerd: 'managed' };
  const told = (levels: object, version = '26.1.5') => {
    const { reason, reference, stats } = expectationOf({ ...cell, ...levels }, version);
    return [reason, reference, stats];
  };
  const plain = "with MountFlags unset the bind mounts are in the host's mount namespace too and outlive the daemon";
  t.deepEqual(told({ setup: 'plain' }), [plain, measured, 'values']);
  t.deepEqual(told({}), told({ setup: 'plain' }), 'a cell from before there were setups is plain');
  t.deepEqual(told({ setup: 'host-gateway' }), [
    `${plain}; the line in /etc/hosts is written when the container starts, and stays`,
    'measured on 20.10.24, 26.1.5 and 28.5.2',
    'values',
  ]);
  t.deepEqual(told({ containerd: 'unit' }), [
    `${plain}; containerd, a unit of its own, sees what dockerd mounts`,
    'measured on 20.10.24, 26.1.5 and 28.5.2',
    'values',
  ]);
  t.deepEqual(told({ containerd: 'unit', mountFlags: 'slave', starts: 'flags-added' }), [
    `the bind mounts went with the daemon's mount namespace; ${zeroed.reason}; a container from before the flags can be restarted under them: ` +
      'in the mount namespace of the host, where containerd is, its root is still mounted from then; its new network namespace is mounted for that dockerd alone',
    `moby issues 30274 and 29921; ${zeroed.reference}; measured on 20.10.24, 26.1.5 and 28.5.2`,
    'zeroed',
  ]);
  t.deepEqual(told({ mountFlags: 'slave', starts: 'flags-added' }), told({ mountFlags: 'slave' }));
  t.deepEqual(told({ setup: 'own-network', mountFlags: 'slave' }), [
    `the bind mounts went with the daemon's mount namespace; ${zeroed.reason}; endpoints of a user-defined bridge are kept or lost as those of the default one are`,
    `moby issues 30274 and 29921; ${zeroed.reference}; measured on 20.10.24, 26.1.5 and 28.5.2`,
    'zeroed',
  ]);
  t.is(told({ setup: 'own-network', mountFlags: 'slave' }, '1.13.1')[2], undefined);
});
