import test from 'ava';
import { inWords } from '../../test/support/in-words.ts';
import { judgeNetnsRestore as judge } from './judge.ts';
import type { NetnsRestoreObservations } from './observations.ts';

const judgeNetnsRestore = (...all: Parameters<typeof judge>) => inWords(judge(...all));

type Seen = NetnsRestoreObservations;
const names = ['c1', 'c2', 'c3'];
const cell = { systemd: '219', mountFlags: 'slave', liveRestore: 'on', starts: 'restarted' };
const fresh = { ...cell, starts: 'fresh' };

const logged = (line: string) => ({ time: '2026-11-22T04:35:02.019873362Z', line });
const restoreError = logged('level=error msg="failed to create osl sandbox while trying to restore sandbox 63798ad"');
const collectingStats = logged('level=error msg="collecting stats for 74edb62107a8: sandbox 63798adb8c48 not found"');

const healthy: Seen = {
  netnsFiles: names.map((name) => ({ path: `/run/docker/netns/${name}`, magic: '6e736673', state: 'nsfs' })),
  restoreErrors: [],
  collectingStats: [],
  tickLimit: 5,
  stats: names.map((container) => ({
    container,
    answer: 'values',
    ticks: 2,
    seconds: 1.302,
    status: 200,
    bytes: 57,
    excerpt: '{"read":"2026-11-22T04:34:54Z","networks":{"eth0":{}}}',
  })),
  streams: names.map((container) => ({ container, answer: 'values', ticks: 5, frames: 5, zeroedFrames: 0 })),
  containers: names.map((name, i) => ({
    name,
    running: true,
    sameProcess: true,
    address: `172.17.0.${i + 2}`,
    recordedAddress: `172.17.0.${i + 2}`,
    reachesGateway: true,
    endpointKnown: true,
  })),
  next: { address: '172.17.0.5', heldBy: [] },
};

/** The state of every docker after the namespaces are lost. */
const lost: Seen = {
  ...healthy,
  netnsFiles: healthy.netnsFiles.map((file) => ({ ...file, magic: '1021994', state: 'lost' })),
  restoreErrors: names.map(() => restoreError),
  containers: healthy.containers.map((one) => ({ ...one, recordedAddress: '', endpointKnown: false })),
  next: { address: '172.17.0.2', heldBy: ['c1'] },
};
const hanging: Seen = {
  ...lost,
  collectingStats: Array.from({ length: 15 }, () => collectingStats),
  stats: names.map((container) => ({ container, answer: 'hangs', ticks: 5, seconds: 5.1, bytes: 0, excerpt: '' })),
  streams: names.map((container) => ({ container, answer: 'silent', ticks: 5, frames: 0, zeroedFrames: 0 })),
};
const zeroed: Seen = {
  ...lost,
  stats: healthy.stats.map((call) => ({ ...call, answer: 'zeroed', excerpt: '{"read":"0001-01-01T00:00:00Z"}' })),
  streams: names.map((container) => ({ container, answer: 'zeroed', ticks: 5, frames: 5, zeroedFrames: 5 })),
};

const judges = test.macro((t, of: typeof cell, version: string, seen: Seen, line: string, bug: string) => {
  const { observed, expected, checks, ...rest } = judgeNetnsRestore(of, version, seen);
  t.deepEqual([observed, expected, rest.bug], [line, line, bug]);
  t.deepEqual(
    checks.filter(({ asExpected, expected: known }) => !asExpected || known === undefined),
    [],
  );
  t.is(checks.length, 9);
});

const kept = 'netns kept · stats: 3 values';
const hangs = 'netns lost 3/3 · stats: 3 hangs · duplicate-ip';
const zeroes = 'netns lost 3/3 · stats: 3 zeroed · duplicate-ip';
test('the control', judges, fresh, '1.13.1', healthy, kept, 'absent');
test('1.13.1 hangs', judges, cell, '1.13.1', hanging, hangs, 'present');
test('20.10.24 answers zeroes', judges, cell, '20.10.24', zeroed, zeroes, 'present');
test(
  '28.5.2 answers zeroes, and logs it',
  judges,
  cell,
  '28.5.2',
  { ...zeroed, collectingStats: [collectingStats] },
  zeroes,
  'present',
);

/** Changes the first of three. */
function first<T>(list: T[], change: Partial<T>): T[] {
  return list.map((one, i) => (i === 0 ? { ...one, ...change } : one));
}

const bases: Record<'healthy' | 'hanging', [typeof cell, Seen]> = {
  healthy: [fresh, healthy],
  hanging: [cell, hanging],
};

const surprises = test.macro({
  exec(t, base: keyof typeof bases, change: Partial<Seen>, what: string, observed: string, expected: string) {
    const [of, seen] = bases[base];
    const { checks } = judgeNetnsRestore(of, '1.13.1', { ...seen, ...change });
    const surprising = checks.filter(({ asExpected }) => !asExpected);
    t.deepEqual(
      surprising.map((check) => [check.what, check.observed, check.expected]),
      [[what, observed, expected]],
    );
  },
  title: (_, base: keyof typeof bases, _change: Partial<Seen>, what: string, observed: string) =>
    `${base}, but for ${what}: ${observed}`,
});

const kernel = { magic: '6e736673', state: 'nsfs' } as const;
const gone = { magic: 'gone', state: 'gone' } as const;
const zero = { answer: 'zeroed', ticks: 1, seconds: 1.5, excerpt: '{}\n' } as const;
const some = { answer: 'mixed', frames: 3, zeroedFrames: 2 } as const;

const { netnsFiles, stats, streams, containers } = hanging;
test(surprises, 'hanging', { netnsFiles: first(netnsFiles, kernel) }, 'network namespaces', '1 kept, 2 lost', '3 lost');
test(surprises, 'hanging', { netnsFiles: first(netnsFiles, gone) }, 'network namespaces', '1 gone, 2 lost', '3 lost');
test(surprises, 'hanging', { restoreErrors: [] }, 'restore errors', 'none', 'some');
test(surprises, 'hanging', { stats: first(stats, zero) }, 'stats calls', '1 zeroed, 2 hangs', '3 hangs');
test(surprises, 'hanging', { stats: stats.slice(1) }, 'stats calls', '2 hangs', '3 hangs');
test(surprises, 'hanging', { streams: first(streams, some) }, 'stats streams', '1 mixed, 2 silent', '3 silent');
test(surprises, 'hanging', { streams: [] }, 'stats streams', 'nothing', '3 silent');
test(surprises, 'hanging', { collectingStats: [] }, '"collecting stats" in the log', 'none', 'some');
test(
  surprises,
  'hanging',
  { containers: first(containers, { sameProcess: false }) },
  'containers',
  '1 started anew, 2 running on',
  '3 running on',
);
test(
  surprises,
  'hanging',
  { containers: first(containers, { endpointKnown: true }) },
  'endpoints',
  '1 known, 2 forgotten',
  '3 forgotten',
);
test(surprises, 'hanging', { next: { address: '172.17.0.5', heldBy: [] } }, 'next address', 'free', 'duplicate-ip');
test(surprises, 'healthy', { restoreErrors: [restoreError] }, 'restore errors', '1', 'none');
test(surprises, 'healthy', { collectingStats: [collectingStats] }, '"collecting stats" in the log', '1', 'none');
test(
  surprises,
  'healthy',
  { containers: first(healthy.containers, { running: false }) },
  'containers',
  '1 stopped, 2 running on',
  '3 running on',
);
test(
  surprises,
  'healthy',
  { containers: first(healthy.containers, { reachesGateway: false }) },
  'gateway',
  '1 not reached, 2 reached',
  '3 reached',
);
test(surprises, 'healthy', { next: { address: '172.17.0.2', heldBy: ['c1'] } }, 'next address', 'duplicate-ip', 'free');

test('every check has its evidence', (t) => {
  const { checks } = judgeNetnsRestore(cell, '1.13.1', {
    ...hanging,
    netnsFiles: first(netnsFiles, kernel),
    stats: first(stats, zero),
    streams: first(streams, some),
    next: { address: '172.17.0.2', heldBy: ['c1', 'c2'] },
  });
  t.deepEqual(Object.fromEntries(checks.map(({ what, evidence }) => [what, evidence])), {
    'network namespaces': [
      'stat -f -c %t /run/docker/netns/c1 → 6e736673 (nsfs)',
      'stat -f -c %t /run/docker/netns/c2 → 1021994 (lost)',
      'stat -f -c %t /run/docker/netns/c3 → 1021994 (lost)',
    ],
    'restore errors': names.map(() => restoreError.line),
    'stats calls': [
      'GET /containers/c1/stats?stream=0 → zeroed after 1.5 s, 1 ticks {}',
      'GET /containers/c2/stats?stream=0 → hangs after 5.1 s, 5 ticks',
      'GET /containers/c3/stats?stream=0 → hangs after 5.1 s, 5 ticks',
    ],
    'stats streams': [
      'GET /containers/c1/stats?stream=1 → mixed: 3 frames in 5 ticks, 2 zeroed',
      'GET /containers/c2/stats?stream=1 → silent: 0 frames in 5 ticks, 0 zeroed',
      'GET /containers/c3/stats?stream=1 → silent: 0 frames in 5 ticks, 0 zeroed',
    ],
    '"collecting stats" in the log': [...Array.from({ length: 4 }, () => collectingStats.line), '… and 11 more'],
    containers: [],
    gateway: [],
    endpoints: [
      'c1 has 172.17.0.2, the daemon gives ""',
      'c2 has 172.17.0.3, the daemon gives ""',
      'c3 has 172.17.0.4, the daemon gives ""',
    ],
    'next address': ['the next container was given 172.17.0.2, held by c1, c2'],
  });
});

test('a docker that has not been measured: nothing is expected of its stats, and the bug is there', (t) => {
  const { checks, bug, reason } = judgeNetnsRestore(cell, '29.0.0', zeroed);
  const unknown = checks.filter(({ expected }) => expected === undefined);
  t.deepEqual(
    unknown.map(({ what, observed, asExpected }) => [what, observed, asExpected]),
    [
      ['stats calls', '3 zeroed', true],
      ['stats streams', '3 zeroed', true],
      ['"collecting stats" in the log', 'none', true],
    ],
  );
  t.true(checks.every(({ asExpected }) => asExpected));
  t.is(bug, 'present');
  t.is(reason, "the bind mounts went with the daemon's mount namespace; no docker from 29 on has been measured yet");
});

test('one lost namespace is the bug, wherever it was not expected', (t) => {
  const seen = { ...healthy, netnsFiles: first(healthy.netnsFiles, { magic: '1021994', state: 'lost' }) };
  const { observed, expected, bug } = judgeNetnsRestore(fresh, '1.13.1', seen);
  t.deepEqual([observed, expected, bug], ['netns lost 1/3 · stats: 3 values', kept, 'present']);
});

test('namespaces that are kept are no bug, wherever one was expected', (t) => {
  const { observed, expected, bug } = judgeNetnsRestore(cell, '1.13.1', healthy);
  t.deepEqual([observed, expected, bug], [kept, hangs, 'absent']);
});

test('without a namespace the bug is unknown', (t) => {
  t.is(judgeNetnsRestore(cell, '1.13.1', { ...healthy, netnsFiles: [] }).bug, 'unknown');
});

test('namespaces that are kept, and stats without networks: the restart went wrong all the same', (t) => {
  const partial: Seen = {
    ...healthy,
    populateErrors: [logged('level=warning msg="failed to populate fields for osl sandbox 63798ad"')],
    stats: healthy.stats.map((call) => ({ ...call, answer: 'no-networks' })),
  };
  const unset = { ...cell, mountFlags: 'unset' };
  const { bug, checks } = judgeNetnsRestore(unset, '26.1.5', partial);
  t.is(bug, 'present');
  const wrong = checks.filter(({ asExpected }) => !asExpected).map(({ what, observed }) => [what, observed]);
  t.deepEqual(wrong, [
    ['sandboxes restored in part', '1'],
    ['stats calls', '3 no-networks'],
  ]);
  // The builds that are known for it: nothing is a surprise, and `--bisect` sees the bug.
  const known = judgeNetnsRestore(unset, '24.0.1', partial);
  t.is(known.bug, 'present');
  t.true(known.checks.every(({ asExpected }) => asExpected));
  t.is(judgeNetnsRestore(unset, '24.0.3', healthy).bug, 'absent');
});

const unit = { ...cell, containerd: 'unit', setup: 'plain' };
const refusal = (container: string, daemonStart: number) => ({
  container,
  daemonStart,
  status: 400,
  message: 'unable to start container process: exec: "/bin/sleep": stat /bin/sleep: no such file or directory: unknown',
});
const noStart: Seen = {
  netnsFiles: [],
  restoreErrors: [],
  collectingStats: [],
  tickLimit: 5,
  stats: [],
  streams: [],
  containers: healthy.containers.map((one) => ({
    ...one,
    running: false,
    sameProcess: false,
    address: '',
    recordedAddress: '',
    reachesGateway: false,
    endpointKnown: false,
  })),
  next: { address: '', heldBy: [] },
  starts: [...names.map((name) => refusal(name, 1)), ...[...names, 'next1'].map((name) => refusal(name, 2))],
};

test('a containerd with a unit of its own: under slave and private the disease is that containers do not start', (t) => {
  for (const mountFlags of ['slave', 'private']) {
    const judgement = judgeNetnsRestore({ ...unit, mountFlags }, '26.1.5', noStart);
    t.like(judgement, {
      observed: 'containers do not start',
      expected: 'containers do not start',
      reason:
        `containerd has a unit of its own, in the mount namespace of the host, and MountFlags ${mountFlags} cuts off what dockerd mounts: ` +
        'runc finds the root of the container empty, before a restart as after it',
      reference: 'moby issues 38174 and 38191; measured on 20.10.24, 26.1.5 and 28.5.2',
      bug: 'unknown',
    });
    t.deepEqual(
      judgement.checks.map(({ what, observed, asExpected }) => [what, observed, asExpected]),
      [
        ['starts of containers', '7 not started', true],
        ['containers', '3 stopped', true],
        ['restore errors', 'none', true],
      ],
    );
    t.is(
      judgement.checks[0]?.evidence.at(-1),
      'start 2 of dockerd: POST /containers/next1/start → 400 unable to start container process: exec: "/bin/sleep": stat /bin/sleep: no such file or directory: unknown',
    );
  }
});

test('a containerd with a unit of its own: without MountFlags containers that do not start are a surprise', (t) => {
  const { observed, expected, checks } = judgeNetnsRestore({ ...unit, mountFlags: 'unset' }, '26.1.5', noStart);
  t.deepEqual([observed, expected], ['containers do not start', kept]);
  t.deepEqual(
    checks.filter(({ asExpected }) => !asExpected).map((check) => [check.what, check.observed, check.expected]),
    [
      ['starts of containers', '7 not started', '7 started'],
      ['containers', '3 stopped', '3 running on'],
    ],
  );
});

test('a containerd with a unit of its own: under slave a container that starts is a surprise', (t) => {
  const starts = names.map((container) => ({ container, daemonStart: 1, status: 204, message: '' }));
  const { observed, expected, checks } = judgeNetnsRestore(unit, '26.1.5', { ...zeroed, starts });
  t.deepEqual([observed, expected], [zeroes, 'containers do not start']);
  const surprising = checks.filter(({ asExpected }) => !asExpected);
  t.deepEqual(
    surprising.map((check) => [check.what, check.observed, check.expected]),
    [['starts of containers', '3 started', '3 not started']],
  );
});

const added = { ...unit, starts: 'flags-added' };
const started = (container: string, daemonStart: number) => ({ container, daemonStart, status: 204, message: '' });
const mixed: Seen = {
  ...zeroed,
  next: { address: '', heldBy: [] },
  starts: [
    ...names.map((name) => started(name, 1)),
    ...names.map((name) => ({ ...started(name, 2), request: 'restart' as const })),
    refusal('next', 3),
  ],
};

test('flags that are added beside a containerd with a unit of its own: who is from before is restarted, and loses its namespace', (t) => {
  const judgement = judgeNetnsRestore(added, '26.1.5', mixed);
  const facts = 'netns lost 3/3 · stats: 3 zeroed · next container not started';
  t.like(judgement, { observed: facts, expected: facts, bug: 'present' });
  t.true(judgement.checks.every(({ asExpected }) => asExpected));
  t.deepEqual(
    judgement.checks.slice(0, 2).map(({ what, observed, evidence }) => [what, observed, evidence.at(-1)?.slice(0, 62)]),
    [
      ['starts of containers', '6 started', 'start 2 of dockerd: POST /containers/c3/restart → 204'],
      ['start of the next container', 'not started', 'start 3 of dockerd: POST /containers/next/start → 400 unable t'],
    ],
  );
  t.false(
    judgement.checks.some(({ what }) => what === 'next address'),
    'no container has been given an address',
  );
});

test('flags that are added: a restart that is refused, a namespace that is kept and a next container that starts are surprises', (t) => {
  const surprising = (levels: object, seen: Seen) =>
    judgeNetnsRestore({ ...added, ...levels }, '26.1.5', seen)
      .checks.filter(({ asExpected }) => !asExpected)
      .map(({ what, observed, expected }) => [what, observed, expected]);
  const refused = [...names.map((name) => started(name, 1)), refusal('c1', 2), refusal('next', 3)];
  t.deepEqual(surprising({}, { ...mixed, starts: refused }), [
    ['starts of containers', '3 started, 1 not started', '4 started'],
  ]);
  const starts = [...names.map((name) => started(name, 1)), started('next', 3)];
  t.deepEqual(surprising({}, { ...zeroed, starts }), [
    ['start of the next container', 'started', 'not started'],
    ['next address', 'duplicate-ip', 'free'],
  ]);
  t.true(surprising({}, { ...healthy, starts: mixed.starts }).length > 2);
  t.deepEqual(surprising({ mountFlags: 'unset' }, { ...healthy, starts }), []);
  t.deepEqual(surprising({ containerd: 'managed' }, { ...zeroed, starts }), []);
});

test('what a setup has beside a plain host is checked where it was observed', (t) => {
  const ipv6 = names.map((container, i) => ({
    container,
    address: `fd6c:6162::${i + 2}`,
    recordedAddress: `fd6c:6162::${i + 2}`,
  }));
  const seen: Seen = {
    ...zeroed,
    ipv6,
    nextIpv6: { address: 'fd6c:6162::2', heldBy: ['c1'] },
    hostGateways: names.map((container) => ({ container, address: '172.17.0.1', reached: true })),
  };
  const { checks } = judgeNetnsRestore({ ...cell, setup: 'ipv6' }, '26.1.5', seen);
  t.deepEqual(
    checks.slice(9).map(({ what, observed, asExpected, evidence }) => [what, observed, asExpected, evidence[0]]),
    [
      ['host.docker.internal', '3 reached', true, '/etc/hosts of c1: 172.17.0.1'],
      ['IPv6 addresses', '3 known', true, 'c1 has fd6c:6162::2, the daemon gives "fd6c:6162::2"'],
      ['next IPv6 address', 'duplicate-ip', true, 'the next container was given fd6c:6162::2, held by c1'],
    ],
  );
  const silent: Seen = { ...seen, hostGateways: [{ container: 'c1', address: '', reached: false }] };
  const wrong = judgeNetnsRestore({ ...cell, setup: 'host-gateway' }, '26.1.5', silent).checks[9];
  t.deepEqual(
    [wrong?.observed, wrong?.asExpected, wrong?.evidence],
    ['1 not reached', false, ['/etc/hosts of c1: no address']],
  );
});
