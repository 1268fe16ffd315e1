import test from 'ava';
import { fakeHost } from '../../test/support/fake-machine.ts';
import { fakeJudgement } from '../../test/support/fake-scenario.ts';
import { cellName } from '../core/cell.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { StoredCell, StoredRun } from '../store/read-run.ts';
import type { RunRecord, VerdictRecord } from '../store/schema.ts';
import { cellDirectoryName } from '../store/run-directory.ts';
import { reportRun } from './run-report.ts';
import { wholeLines } from './screen.ts';

const record: RunRecord = {
  schema: 1,
  scenario: 'fake',
  claim: 'A fake shows nothing.',
  state: 'finished',
  startedAt: '2026-11-22T06:09:16.000Z',
  commandLine: [],
  lab: { version: '0.1.0', revision: 'unknown', node: '24.21.0' },
  jobs: 2,
  machine: fakeHost,
  builds: [
    {
      name: 'rolling',
      version: '28.5.2',
      commit: 'ecc6942',
      origin: { kind: 'debian', suite: 'sid', package: 'docker.io', version: '28.5.2+dfsg3-1' },
      userland: { name: 'sid', packages: {} },
      binaries: [{ name: 'dockerd', path: '/usr/sbin/dockerd', sha256: 'ab'.repeat(32) }],
    },
    {
      name: '1.13.1',
      version: '1.13.1',
      commit: '092cba3',
      origin: { kind: 'tarball', source: '/home/me/docker-1.13.1.tgz', sha256: '97892375e756' },
      userland: { name: 'tools', packages: {} },
      binaries: [],
    },
  ],
  cells: [],
  notes: [],
};

function cell(levels: Record<string, string>, verdict?: Partial<VerdictRecord>, repeat = 1): StoredCell {
  return {
    plan: { schema: 1, name: cellName(levels), hash: '', cell: levels, repeat },
    directory: `results/fake/1/cells/${cellDirectoryName(levels, repeat)}`,
    ...(verdict && { verdict: { schema: 2, outcome: 'as-expected', seconds: 20.04, shares: {}, ...verdict } }),
  };
}

function report(
  cells: StoredCell[],
  run: Partial<RunRecord> = {},
  { screen = wholeLines, isVerbose = true } = {},
): string {
  const names = [...new Set(cells.map(({ plan }) => plan.name))];
  const stored: StoredRun = {
    directory: 'results/fake/1',
    run: { ...record, ...run, cells: run.cells ?? names },
    cells,
  };
  // Columns end in spaces, which editors of this file would take away.
  return reportRun(stored, screen, { isVerbose }).replaceAll(/ +$/gm, '');
}

const ended = { endedAt: '2026-11-22T06:10:48.000Z' };
const met = { judgement: fakeJudgement('met') };
const missed = { outcome: 'unexpected', judgement: fakeJudgement('missed') } as const;

const unknown = { outcome: 'inconclusive', judgement: fakeJudgement('unknown') } as const;
const notApplicable = {
  outcome: 'not-applicable',
  failure: 'fetching 1.13.1: no route to host\n  expected: a tarball',
  seconds: 0,
} as const;

test('an interrupted run with every kind of cell', (t) => {
  const cells = [
    cell({ daemon: 'rolling', systemd: '219', mood: 'good' }, met),
    cell({ daemon: 'rolling', systemd: '219', mood: 'bad' }, { ...missed, seconds: 92.4 }),
    cell({ daemon: '1.13.1', systemd: '219', mood: 'good' }, notApplicable),
    cell({ daemon: '1.13.1', systemd: '219', mood: 'bad' }),
  ];
  const names = [...cells.map(({ plan }) => plan.name), 'daemon=1.13.1/systemd=219/mood=ugly'];
  const notes = ['docker 1.13.1 is not in the cache.'];
  t.is(
    report(cells, { ...ended, state: 'interrupted', cells: names, notes }),
    `A fake shows nothing.

fake machine, kernel 3.10.0-1160.el7.x86_64, cgroup v1; started 2026-11-22T06:09:16.000Z
dockerd rolling (28.5.2) build ecc6942: Debian sid, docker.io 28.5.2+dfsg3-1, sha256 abababababab…
dockerd 1.13.1 build 092cba3: /home/me/docker-1.13.1.tgz, sha256 unknown…

in all cells: systemd=219
 daemon    mood   bug           observed     verdict            time
 rolling   good   not present   netns kept   ✔ as expected      20.0 s
 rolling   bad    not present   netns kept   ✘ unexpected       1 min 32 s
 1.13.1    good   –             –            – not applicable   0.0 s
 1.13.1    bad    –             –            ! not finished

Not present in any of 2 cells; 1 cell is not as expected.

Why that is expected
  netns kept: nothing was restarted (control)
  netns lost 3/3: the bind mounts went with the daemon's mount namespace (moby issue 30274)

✘ unexpected  daemon=rolling/systemd=219/mood=bad
  network namespaces: 3 kept, expected 3 lost
      stat -f -c %t /run/docker/netns/809fe71d52a5 → 6e736673 (nsfs)
  results/fake/1/cells/daemon=rolling,systemd=219,mood=bad

– not applicable  daemon=1.13.1/systemd=219/mood=good
  fetching 1.13.1: no route to host
    expected: a tarball
  results/fake/1/cells/daemon=1.13.1,systemd=219,mood=good

! not finished  daemon=1.13.1/systemd=219/mood=bad
  the run ended before this cell did; its events are in results/fake/1/cells/daemon=1.13.1,systemd=219,mood=bad

docker 1.13.1 is not in the cache.

5 cells: 1 ✔ as expected, 1 ✘ unexpected, 1 – not applicable, 1 ! not finished, 1 not started · 1 min 32 s, interrupted, 2 side by side · results/fake/1
`,
  );
});

test('repeats that disagree, and a check without an expectation', (t) => {
  const levels = { daemon: 'rolling', mood: 'good' };
  const cells = [
    cell(levels, met),
    cell(levels, missed, 2),
    cell(levels, met, 3),
    cell({ ...levels, mood: 'ugly' }, unknown),
    cell({ ...levels, mood: 'ugly' }, unknown, 2),
  ];
  t.is(
    report(cells, { ...ended, builds: [] }),
    `A fake shows nothing.

fake machine, kernel 3.10.0-1160.el7.x86_64, cgroup v1; started 2026-11-22T06:09:16.000Z

in all cells: daemon=rolling
 mood   bug           observed     verdict                     time
 good   not present   netns kept   ✔ as expected               20.0 s
 good   not present   netns kept   ✘ unexpected (repeat 2)     20.0 s
 good   not present   netns kept   ✔ as expected (repeat 3)    20.0 s
 ugly   unknown       netns kept   ? inconclusive              20.0 s
 ugly   unknown       netns kept   ? inconclusive (repeat 2)   20.0 s

Not present in 3 of 5 cells; unknown in 2; 1 cell is not as expected; 2 cells are inconclusive.

Why that is expected
  netns kept: nothing was restarted (control)
  netns lost 3/3: the bind mounts went with the daemon's mount namespace (moby issue 30274)

✘ unexpected  daemon=rolling/mood=good (repeat 2)
  network namespaces: 3 kept, expected 3 lost
      stat -f -c %t /run/docker/netns/809fe71d52a5 → 6e736673 (nsfs)
  results/fake/1/cells/daemon=rolling,mood=good,repeat=2

? inconclusive  daemon=rolling/mood=ugly
  network namespaces: 3 kept, the expected value is not known yet
      stat -f -c %t /run/docker/netns/809fe71d52a5 → 6e736673 (nsfs)
  results/fake/1/cells/daemon=rolling,mood=ugly

? inconclusive  daemon=rolling/mood=ugly (repeat 2)
  network namespaces: 3 kept, the expected value is not known yet
      stat -f -c %t /run/docker/netns/809fe71d52a5 → 6e736673 (nsfs)
  results/fake/1/cells/daemon=rolling,mood=ugly,repeat=2

2 cells: 2 ✔ as expected, 1 ✘ unexpected, 2 ? inconclusive, 1 flaky: their repeats disagree · 1 min 32 s, 2 side by side · results/fake/1
`,
  );
});

test('a run of one cell that was killed', (t) => {
  const { endedAt: _endedAt, ...killed } = record;
  const cells = [cell({ daemon: 'rolling', mood: 'good' }, met)];
  t.is(
    report(cells, { ...killed, state: 'running', builds: [], cells: ['daemon=rolling/mood=good'] }),
    `A fake shows nothing.

fake machine, kernel 3.10.0-1160.el7.x86_64, cgroup v1; started 2026-11-22T06:09:16.000Z

 daemon    mood   bug           observed     verdict         time
 rolling   good   not present   netns kept   ✔ as expected   20.0 s

Not present, as expected.

Why that is expected
  netns kept: nothing was restarted (control)

1 cell: 1 ✔ as expected · running, 2 side by side · results/fake/1
`,
  );
});

test('cells with kernels of their own', (t) => {
  const kernels = [
    { name: '5.10', release: '5.10.0-41-cloud-amd64', packages: {}, sha256: 'cd'.repeat(32) },
    { name: 'debian-12', release: '6.1.0-', packages: {} },
  ];
  const cells = kernels.map(({ name }) => cell({ kernel: name }, met));
  const head = report(cells, { ...ended, builds: [], kernels }).split('\n\n')[1];
  t.is(
    head,
    `fake machine on a host with kernel 3.10.0-1160.el7.x86_64; started 2026-11-22T06:09:16.000Z
kernel 5.10: 5.10.0-41-cloud-amd64, image sha256 cdcdcdcdcdcd…
kernel debian-12: 6.1.0-…, as the box has it`,
  );
});

test('a run that was killed before its first cell', (t) => {
  t.is(
    report([], { ...ended, state: 'interrupted', builds: [], cells: ['mood=good', 'mood=bad'] }),
    `A fake shows nothing.

fake machine, kernel 3.10.0-1160.el7.x86_64, cgroup v1; started 2026-11-22T06:09:16.000Z

 bug   observed   verdict   time

2 cells: 2 not started · 1 min 32 s, interrupted, 2 side by side · results/fake/1
`,
  );
});

test('figures are printed from their first line on, and not without end', (t) => {
  const figures = Array.from({ length: 300 }, (_, index) => `figure ${index + 1}`);
  const text = report([cell({ mood: 'good' }, { judgement: { ...fakeJudgement('met'), figures } })]);
  t.true(text.includes('\n  figure 1\n  figure 2\n'), text.slice(0, 600));
  t.true(text.includes('\n  figure 200\n  … 100 more lines\n'));
  t.false(text.includes('figure 201'));
});

test('on a terminal no line is wider than it, and the deciding slopes stand for the figures', (t) => {
  const judgement: Judgement = {
    ...fakeJudgement('met'),
    reason: 'a call that is given up leaves its connection, and the collector never publishes a frame for it',
    bug: 'present',
    figures: ['fds: 1.000 fds per call, interval 0.999 to 1.001'],
    slopes: [
      {
        metric: 'fds',
        unit: 'fds',
        per: 'call',
        verdict: 'leak',
        slope: 1.00004,
        intercept: 12,
        low: 0.99912,
        high: 1.001,
        threshold: 0.01,
      },
    ],
  };
  const cells = ['good', 'bad'].map((mood) => cell({ daemon: 'rolling', mood }, { judgement }));
  const text = report(cells, ended, { screen: { ...wholeLines, width: 80 }, isVerbose: false });
  t.deepEqual(
    text.split('\n').filter((line) => line.length > 80),
    [],
  );
  t.is(
    text,
    `A fake shows nothing.

fake machine, kernel 3.10.0-1160.el7.x86_64, cgroup v1; started
  2026-11-22T06:09:16.000Z
dockerd rolling (28.5.2) build ecc6942: Debian sid, docker.io 28.5.2+dfsg3-1,
  sha256 abababababab…
dockerd 1.13.1 build 092cba3: /home/me/docker-1.13.1.tgz, sha256 unknown…

in all cells: daemon=rolling
 mood   bug          observed     verdict         time
 good   reproduced   netns kept   ✔ as expected   20.0 s
 bad    reproduced   netns kept   ✔ as expected   20.0 s

Reproduced in all 2 cells, as expected.

  1.000 fds per call, at least 0.999  daemon=rolling/mood=good
  1.000 fds per call, at least 0.999  daemon=rolling/mood=bad

Why that is expected
  netns kept: a call that is given up leaves its connection, and the collector
    never publishes a frame for it (control)

2 cells: 2 ✔ as expected · 1 min 32 s, 2 side by side · results/fake/1
`,
  );
});
