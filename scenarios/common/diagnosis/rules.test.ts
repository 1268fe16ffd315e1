import test from 'ava';
import { diagnose } from '../../../harness/diagnose/diagnose.ts';
import type { Finding, FindingState, Problem } from '../../../harness/diagnose/model/finding.ts';
import { fakeEvidence, fakeFiles, sampleFiles } from '../../../harness/diagnose/testing/fake-bundle.ts';
import { knowledge } from './knowledge.ts';

type Changes = Readonly<Record<string, string | undefined>>;

/** dockerd as a unit with MountFlags=slave runs: in a mount namespace of its own, whose root is a slave. */
const slave = `113 112 0:41 / / rw master:1 - ext4 /dev/sda1 rw\ndaemon mnt:[2]\ninit mnt:[1]\n`;
const slaveKept = `${slave}200 113 0:4 net:[4026532263] /run/docker/netns/aaa rw - nsfs nsfs rw\n201 113 0:4 net:[4026532336] /run/docker/netns/bbb rw - nsfs nsfs rw\n`;
const plainFiles =
  'magic ef53 run/docker/netns/aaa\nmagic ef53 run/docker/netns/bbb\ninode 7 run/docker/netns/aaa\ninode 8 run/docker/netns/bbb\n';
const lost: Changes = { 'docker/mounts': slave, 'docker/netns-files': plainFiles };
const ofVersion = (version: string): Changes => ({
  'docker/version': `version ${version}, build abc\n`,
  ...sampleFiles(1, {
    time: '1000\n100.00 50.00\n',
    info: `"ServerVersion":"${version}"\n"LiveRestoreEnabled":true\n`,
  }),
  ...sampleFiles(2, {
    time: '1060\n160.00 90.00\n',
    info: `"ServerVersion":"${version}"\n"LiveRestoreEnabled":true\n`,
  }),
});
const samples = (first: Changes, second: Changes): Changes => ({
  ...sampleFiles(1, { time: '1000\n100.00 50.00\n', ...first }),
  ...sampleFiles(2, { time: '1060\n160.00 90.00\n', ...second }),
});
const both = (files: Changes) => samples(files, files);
const kernel = (release: string): Changes => ({ 'host/uname': `Linux ${release} #1 SMP x86_64\n` });

function findingOf(problem: Problem, changes: Changes): Finding {
  const found = diagnose(fakeEvidence(changes), knowledge).findings.find((one) => one.problem === problem);
  if (!found) throw new Error(`no finding about ${problem}`);
  return found;
}

const cases: readonly [problem: Problem, what: string, changes: Changes, state: FindingState][] = [
  ['lost-namespaces', 'a healthy host', {}, 'not-affected'],
  ['lost-namespaces', 'namespaces that are mounted nowhere', lost, 'affected'],
  ['lost-namespaces', 'kept under MountFlags=slave and live-restore', { 'docker/mounts': slaveKept }, 'exposed'],
  [
    'lost-namespaces',
    'kept under MountFlags=slave, live-restore off',
    { 'docker/mounts': slaveKept, ...both({ info: '"ServerVersion":"20.10.24"\n"LiveRestoreEnabled":false\n' }) },
    'not-affected',
  ],
  [
    'lost-namespaces',
    'MountFlags in a drop-in that is not in effect yet',
    { 'docker/unit-files': '/etc/systemd/system/docker.service.d/a.conf:MountFlags=slave\n' },
    'exposed',
  ],
  [
    'lost-namespaces',
    'MountFlags= that takes it back',
    {
      'docker/unit-files':
        '/usr/lib/systemd/system/docker.service:MountFlags=slave\n/etc/systemd/system/docker.service.d/a.conf:MountFlags=\n',
    },
    'not-affected',
  ],
  ['lost-namespaces', 'without root', { 'docker/containers': undefined, 'docker/mounts': undefined }, 'unknown'],
  [
    'lost-namespaces',
    'a container with the network of the host',
    { 'docker/containers': `host 4026531840\ncontainer ${'a'.repeat(64)} 600 4026531840 docker\n` },
    'not-affected',
  ],
  [
    'lost-namespaces',
    'containers of another runtime',
    { 'docker/containers': `host 4026531840\ncontainer ${'c'.repeat(64)} 600 4026539999 other\n` },
    'not-affected',
  ],
  [
    'lost-namespaces',
    'the same, whose shim is of docker',
    {
      'docker/containers': `host 4026531840\ncontainer ${'c'.repeat(64)} 600 4026539999 other\n`,
      'docker/shims': `${'c'.repeat(64)}\n`,
    },
    'affected',
  ],
  [
    'lost-namespaces',
    'files of proc, before Linux 3.19',
    {
      'docker/mounts': '113 112 0:41 / / rw shared:1 - xfs /dev/sda1 rw\ndaemon mnt:[1]\ninit mnt:[1]\n',
      'docker/netns-files':
        'magic 9fa0 run/docker/netns/aaa\nmagic 9fa0 run/docker/netns/bbb\ninode 4026532263 run/docker/netns/aaa\ninode 4026532336 run/docker/netns/bbb\n',
    },
    'not-affected',
  ],
  ['zeroed-stats', '20.10.24 with lost namespaces', lost, 'affected'],
  ['hanging-stats', '20.10.24 with lost namespaces', lost, 'not-affected'],
  ['hanging-stats', '1.13.1 with lost namespaces and no caller', { ...ofVersion('1.13.1'), ...lost }, 'exposed'],
  [
    'hanging-stats',
    '1.13.1 with lost namespaces and 300 connections',
    { ...ofVersion('1.13.1'), ...lost, 'docker/peers': 'gone 0\nunseen 0\npeer 700 300\n' },
    'affected',
  ],
  ['hanging-stats', 'an unknown version with lost namespaces', { ...ofVersion('29.1.0'), ...lost }, 'unknown'],
  ['stalled-collector', 'a containerd that runs', {}, 'not-affected'],
  [
    'stalled-collector',
    'a containerd that is stopped',
    both({ containerd: 'State:\tT (stopped)\nstart 1000\n' }),
    'affected',
  ],
  [
    'stalled-collector',
    'uninterruptible in both samples',
    both({ containerd: 'State:\tD (disk sleep)\nstart 1000\n' }),
    'affected',
  ],
  [
    'stalled-collector',
    'uninterruptible once',
    samples({ containerd: 'State:\tD (disk sleep)\nstart 1000\n' }, {}),
    'not-affected',
  ],
  ['attach-leak', '20.10.24 without abandoned ends', {}, 'exposed'],
  ['attach-leak', '20.10.24 with 40 of them', { 'docker/peers': 'gone 40\nunseen 0\n' }, 'affected'],
  [
    'attach-leak',
    '28.5.2, which closes its ends late, with 40 of them',
    { ...ofVersion('28.5.2'), 'docker/peers': 'gone 40\nunseen 0\n' },
    'exposed',
  ],
  [
    'attach-leak',
    '20.10.24 with 40 of them, while containerd is stopped',
    { 'docker/peers': 'gone 40\nunseen 0\n', ...both({ containerd: 'State:\tT (stopped)\nstart 1000\n' }) },
    'unknown',
  ],
  ['attach-leak', 'a version between those measured', ofVersion('27.3.1'), 'unknown'],
  ['piled-connections', 'two connections', {}, 'not-affected'],
  [
    'piled-connections',
    '50 connections that do not grow',
    { 'docker/peers': 'gone 0\nunseen 0\npeer 700 50\n' },
    'exposed',
  ],
  [
    'piled-connections',
    '50 connections that grow',
    {
      'docker/peers': 'gone 0\nunseen 0\npeer 700 50\n',
      ...samples({ connections: 'connections 10\n' }, { connections: 'connections 50\n' }),
    },
    'affected',
  ],
  ['duplicate-addresses', 'different addresses', {}, 'not-affected'],
  ['duplicate-addresses', 'one address twice', { 'docker/addresses': '600 172.17.0.2\n601 172.17.0.2\n' }, 'affected'],
  ['duplicate-addresses', 'lost namespaces', lost, 'exposed'],
  [
    'partial-restore',
    'its line in the log',
    { 'logs/daemon': 'lines 9\npattern\tpopulate-error\t2\t2026-01-01\t2026-01-02\tx\n' },
    'affected',
  ],
  ['partial-restore', 'no log', { 'logs/daemon': undefined }, 'unknown'],
  ['unseen-mounts', 'MountFlags, and containerd has a unit of its own', { 'docker/mounts': slaveKept }, 'affected'],
  [
    'unseen-mounts',
    'MountFlags, and containerd is a child of dockerd',
    { 'docker/mounts': slaveKept, 'docker/processes': '500 dockerd 1\n400 containerd 500\n' },
    'not-affected',
  ],
  [
    'unseen-mounts',
    'MountFlags, and no containerd runs',
    {
      'docker/mounts': slaveKept,
      'docker/processes': '500 dockerd 1\n',
      bundle: fakeFiles().get('bundle')?.replace('containerd 400', 'containerd none'),
    },
    'not-affected',
  ],
  ['kmem-slab', 'a kernel whose cgroups share slab caches', {}, 'not-affected'],
  [
    'kmem-slab',
    'CentOS 7.3 with copies of removed cgroups',
    { ...kernel('3.10.0-514.el7.x86_64'), ...both({ 'slab-names': 'ids 400\ncopies 3000\n' }) },
    'affected',
  ],
  [
    'kmem-slab',
    'CentOS 7.3 with a docker that does not account',
    { ...kernel('3.10.0-514.el7.x86_64'), ...ofVersion('20.10.24') },
    'not-affected',
  ],
  [
    'kmem-slab',
    'CentOS 7.3 with a docker that does',
    { ...kernel('3.10.0-514.el7.x86_64'), ...ofVersion('18.09.0') },
    'exposed',
  ],
  [
    'kmem-slab',
    'CentOS 7.3 without the memory controller',
    {
      ...kernel('3.10.0-514.el7.x86_64'),
      ...both({ cgroups: 'memory 0 1 0\n', 'slab-names': 'ids 400\ncopies 3000\n' }),
    },
    'not-affected',
  ],
  ['dying-cgroups', 'five', {}, 'not-affected'],
  ['dying-cgroups', '2,000 (v1)', both({ cgroups: 'memory 4 2055 1\n' }), 'affected'],
  ['dying-cgroups', '300 that do not grow', both({ cgroups: 'memory 4 355 1\n' }), 'exposed'],
  [
    'dying-cgroups',
    '300 that grow',
    samples({ cgroups: 'memory 4 200 1\n' }, { cgroups: 'memory 4 355 1\n' }),
    'affected',
  ],
  [
    'dying-cgroups',
    '2,000 (v2)',
    both({
      cgroups: undefined,
      'cgroup-stat': 'nr_descendants 50\nnr_dying_descendants 2000\n',
      directories: 'unified 51 root yes\n',
    }),
    'affected',
  ],
  ['dying-cgroups', 'seen from a container', both({ directories: 'memory 5 root no\n' }), 'unknown'],
  ['file-limit', 'far from it', {}, 'not-affected'],
  ['file-limit', 'at 90 %', both({ 'dockerd-fds': 'total 943719\nlooked 5000\nkind socket 5000\n' }), 'affected'],
  [
    'file-limit',
    'on the way to it',
    samples({ 'dockerd-fds': 'total 1000\nlooked 1000\n' }, { 'dockerd-fds': 'total 2000\nlooked 2000\n' }),
    'exposed',
  ],
  ['device-busy', 'a kernel that detaches mounts', {}, 'not-affected'],
  ['device-busy', 'CentOS 7 that does not', { ...kernel('3.10.0-514.el7.x86_64') }, 'exposed'],
  [
    'device-busy',
    'CentOS 7 that may',
    { ...kernel('3.10.0-1160.el7.x86_64'), 'host/sysctl': 'fs/may_detach_mounts 1\n' },
    'not-affected',
  ],
  [
    'device-busy',
    'its line in the log',
    {
      ...kernel('3.10.0-514.el7.x86_64'),
      'logs/daemon': 'lines 9\npattern\tdevice-busy\t2\t2026-01-01\t2026-01-02\tx\n',
    },
    'affected',
  ],
];

for (const [problem, what, changes, state] of cases) {
  test(`${problem}: ${what}`, (t) => {
    t.is(findingOf(problem, changes).state, state);
  });
}

test('a host without dockerd is affected by none of its problems', (t) => {
  const bundle =
    'format 1\nhost a\ntime 2026-11-26T08:00:00Z\nuid 0\ninterval 60\nsamples 2\nticks 100\nredacted no\ndeep no\ndaemon none\ncontainerd none\n';
  const { state, hasDaemon, findings } = diagnose(fakeEvidence({ bundle }), knowledge);
  t.deepEqual([state, hasDaemon], ['not-affected', false]);
  t.deepEqual(
    findings.filter((one) => one.state !== 'not-affected'),
    [],
  );
});

test('an unknown finding always says which evidence is missing', (t) => {
  for (const [problem, , changes] of cases) {
    const { state, missing } = findingOf(problem, changes);
    if (state === 'unknown') t.true(missing.length > 0, problem);
  }
  const none = diagnose(fakeEvidence(Object.fromEntries(everyFile().map((file) => [file, undefined]))), knowledge);
  t.is(none.state, 'unknown');
  t.true(none.findings.every(({ missing }) => missing.length > 0));
});

/** Every file but those that make a bundle one, and the times of its samples. */
function everyFile(): string[] {
  return [...fakeFiles().keys()].filter((file) => file.includes('/') && !file.endsWith('/time'));
}

test('what follows from the loss is not told twice, and the best remedy is the one that heals for good', (t) => {
  const zeroed = findingOf('zeroed-stats', lost);
  t.is(zeroed.follows, 'lost-namespaces');
  t.deepEqual(zeroed.remedies, []);
  const [best, second] = findingOf('lost-namespaces', lost).remedies;
  t.like(best, { name: 'flags-removed+containers-restarted', heals: 'fully', lasts: true });
  t.like(second, { name: 'containers-restarted', heals: 'fully', lasts: false, breaks: ['containers-restart'] });
});

test('the callers are named with their share', (t) => {
  const changes = {
    ...ofVersion('1.13.1'),
    ...lost,
    'docker/peers': 'gone 0\nunseen 10\npeer 700 290\n',
    'docker/callers': `700\t33\t1000\tagent\t${'d'.repeat(64)}\tmonitoring\t\n`,
  };
  t.deepEqual(findingOf('hanging-stats', changes).culprits, [
    {
      pid: 700,
      connections: 290,
      share: 290 / 300,
      command: 'agent',
      user: 33,
      age: 90,
      container: { id: 'd'.repeat(64), name: 'monitoring' },
    },
  ]);
});

test('the state of each recommended parameter, and a misspelt one', (t) => {
  const factsOf = (cmdline: string, boot: string) =>
    findingOf('dying-cgroups', {
      ...both({ cgroups: 'memory 4 2055 1\n' }),
      'host/cmdline': cmdline,
      'host/boot': boot,
    }).facts.filter(({ fact }) => fact === 'boot-parameter' || fact === 'misspelt-parameter');
  const disabled = { fact: 'boot-parameter', parameter: 'cgroup_disable=memory', state: 'absent' };
  t.deepEqual(factsOf('ro cgroup.memory=nokmem\n', ''), [
    { fact: 'boot-parameter', parameter: 'cgroup.memory=nokmem', state: 'effective' },
    disabled,
  ]);
  t.deepEqual(factsOf('ro\n', '/etc/default/grub cgroup.memory=nosocket,nokmem\n'), [
    {
      fact: 'boot-parameter',
      parameter: 'cgroup.memory=nokmem',
      state: 'configured-not-booted',
      file: '/etc/default/grub',
    },
    disabled,
  ]);
  t.deepEqual(factsOf('ro cgroup.memory=nokmen\n', ''), [
    { fact: 'boot-parameter', parameter: 'cgroup.memory=nokmem', state: 'absent' },
    disabled,
    { fact: 'misspelt-parameter', word: 'cgroup.memory=nokmen', meant: 'cgroup.memory=nokmem' },
  ]);
  const old = findingOf('kmem-slab', {
    ...kernel('3.10.0-514.el7.x86_64'),
    'host/cmdline': 'ro cgroup.memory=nokmem\n',
    ...both({ 'slab-names': 'ids 400\ncopies 3000\n' }),
  });
  t.true(old.facts.some((fact) => fact.fact === 'boot-parameter' && fact.state === 'unknown-to-kernel'));
});

test('growth is known from samples of one dockerd on one boot, in the time since that', (t) => {
  const rateOf = (first: Changes, second: Changes) =>
    findingOf('file-limit', samples(first, second)).rates.find(({ metric }) => metric === 'dockerd-fds');
  const thousandMore = rateOf(
    { 'dockerd-fds': 'total 1000\nlooked 1000\n' },
    { 'dockerd-fds': 'total 2000\nlooked 2000\n' },
  );
  t.like(thousandMore, { known: true, seconds: 60, now: 2000 });
  t.is(thousandMore?.known ? Math.round(thousandMore.perHour) : 0, 60_000);
  const { low = 0, high = 0, limit } = thousandMore?.known ? thousandMore : {};
  t.true(low > 55_000 && low < 60_000 && high > 60_000 && high < 65_000, `${low} to ${high}`);
  t.is(limit?.value, 1_048_576);
  t.true((limit?.soonestHours ?? 0) > 16 && (limit?.latestHours ?? 0) < 19, JSON.stringify(limit));

  const start = (ticks: number) => `State:\tS (sleeping)\nMax open files  1048576 1048576 files\nstart ${ticks}\n`;
  t.like(rateOf({ dockerd: start(2000) }, { dockerd: start(9000) }), { known: false, because: 'daemon-restarted' });
  t.like(rateOf({ time: '1000\n900.00 1.00\n' }, { time: '1060\n20.00 1.00\n' }), {
    known: false,
    because: 'host-rebooted',
  });
  t.like(rateOf({}, { 'dockerd-fds': 'total 63\nlooked 63\n' }), { known: false, because: 'too-short' });
  t.like(rateOf({ 'dockerd-fds': undefined }, {}), { known: false, because: 'not-read' });
});

test('a clock that was set between the samples changes no rate, and is told', (t) => {
  const changes = samples({ time: '1000\n100.00 1.00\n' }, { time: '90000\n160.00 1.00\n' });
  const { facts, findings } = diagnose(fakeEvidence(changes), knowledge);
  t.deepEqual(facts, [{ fact: 'clock-changed', seconds: 88_940 }]);
  t.is(findings.find(({ problem }) => problem === 'file-limit')?.rates[0]?.seconds, 60);
});

test('a file that is not as the collector writes it is a problem with its line, and its evidence is missing', (t) => {
  const { problems, findings } = diagnose(fakeEvidence({ 'docker/mounts': 'daemon mnt:[1]\n' }), knowledge);
  t.deepEqual(problems, [
    { file: 'docker/mounts', line: 1, expected: 'the mount namespaces of daemon and init', found: 'daemon mnt:[1]' },
  ]);
  const found = findings.find(({ problem }) => problem === 'lost-namespaces');
  t.like(found, { state: 'unknown', missing: [{ file: 'docker/mounts', because: 'not-readable' }] });
});

test('the cost of dying cgroups is that of this kernel with the possible CPUs of the host', (t) => {
  const { facts } = findingOf('dying-cgroups', {
    ...kernel('6.12.107-amd64'),
    ...both({ cgroups: 'memory 4 2055 1\n' }),
    'host/cpus': 'online 4\npossible 0-31\n',
  });
  const cost = facts.find(({ fact }) => fact === 'cgroup-cost');
  t.deepEqual(cost, { fact: 'cgroup-cost', each: 75_084, bytes: 150_168_000, cpus: 32 });
});

test('dying cgroups are counted by controller, on v1 by hierarchy', (t) => {
  const dyingOf = (changes: Changes) =>
    findingOf('dying-cgroups', changes).facts.flatMap((fact) =>
      fact.fact === 'dying-cgroups' ? [[fact.controller, fact.dying, fact.directories]] : [],
    );
  t.deepEqual(
    dyingOf(
      both({
        cgroups: 'memory 4 2055 1\nblkio 7 300 1\npids 8 60 1\n',
        directories: 'memory 55 root yes\nblkio 55 root yes\npids 55 root yes\n',
      }),
    ),
    [
      ['memory', 2000, 55],
      ['blkio', 245, 55],
    ],
  );
  const stat =
    'nr_dying_descendants 2000\nnr_dying_subsys_memory 1900\nnr_subsys_io 60\nnr_dying_subsys_io 100\nnr_dying_subsys_cpu 1\n';
  t.deepEqual(dyingOf(both({ cgroups: undefined, 'cgroup-stat': stat, directories: 'unified 51 root yes\n' })), [
    ['memory', 1900, 51],
    ['io', 100, 60],
  ]);
});
