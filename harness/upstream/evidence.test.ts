import test from 'ava';
import { textFacts } from '../../test/support/in-words.ts';
import { fakeHost } from '../../test/support/fake-machine.ts';
import { fakeJudgement } from '../../test/support/fake-scenario.ts';
import { cellName } from '../core/cell.ts';
import { named } from '../core/did-you-mean.ts';
import type { StoredCell, StoredRun } from '../store/read-run.ts';
import type { RunRecord } from '../store/schema.ts';
import { weigh } from './evidence.ts';
import { trackers } from './trackers.ts';

const moby = named('tracker', 'moby', trackers);
const runc = named('tracker', 'runc', trackers);

type Bug = 'present' | 'absent' | 'unknown';

function cell(
  version: string,
  mountFlags: string,
  bug: Bug,
  changes: { outcome?: 'unexpected' | 'inconclusive'; repeat?: number } = {},
): StoredCell {
  const levels = { daemon: version, mountFlags };
  const { outcome = 'as-expected', repeat = 1 } = changes;
  return {
    plan: { schema: 1, name: cellName(levels), hash: '', cell: levels, repeat },
    directory: '',
    verdict: {
      schema: 2,
      outcome,
      version,
      seconds: 1,
      shares: {},
      judgement: { ...fakeJudgement('met'), observed: textFacts(bug), bug },
    },
  };
}

function run(cells: StoredCell[], changes: Partial<RunRecord> = {}): StoredRun {
  const record: RunRecord = {
    schema: 1,
    scenario: 'netns-restore',
    claim: '',
    state: 'finished',
    startedAt: '2026-11-22T06:09:16.000Z',
    commandLine: [],
    lab: { version: '0.1.0', revision: 'abc', node: '24.21.0' },
    jobs: 2,
    machine: { ...fakeHost, limits: [] },
    builds: [],
    cells: [...new Set(cells.map(({ plan }) => plan.name))],
    notes: [],
    ...changes,
  };
  return { directory: '', run: record, cells };
}

const strong = [
  cell('20.10.24', 'slave', 'present'),
  cell('26.1.5', 'slave', 'present'),
  cell('26.1.5', 'unset', 'absent'),
];

test('the newest version that has the bug is shown, with all that were tried', (t) => {
  const evidence = weigh(run(strong), moby);
  t.deepEqual(evidence.withheld, []);
  t.is(evidence.shown?.plan.name, 'daemon=26.1.5/mountFlags=slave');
  t.is(evidence.unsupported, undefined);
  t.deepEqual(evidence.tried, [
    { version: '26.1.5', outcome: 'has the bug', cells: 2, withBug: 1 },
    { version: '20.10.24', outcome: 'has the bug', cells: 1, withBug: 1 },
  ]);
});

test('beside it stands what differs from it the least, of the same version', (t) => {
  const other = { ...cell('26.1.5', 'private', 'absent'), plan: { ...cell('26.1.5', 'private', 'absent').plan } };
  other.plan.cell = { ...other.plan.cell, liveRestore: 'off' };
  const cells = [...strong.slice(0, 2), cell('20.10.24', 'unset', 'absent'), other, ...strong.slice(2)];
  t.is(weigh(run(cells), moby).control?.plan.name, 'daemon=26.1.5/mountFlags=unset');
  t.is(weigh(run(cells), moby).cells.length, 5);
  t.is(weigh(run([strong[1] ?? other, cell('20.10.24', 'unset', 'absent')]), moby).control, undefined);
});

test('a draft about an unsupported version says so first', (t) => {
  const old = [cell('1.13.1', 'slave', 'present'), cell('1.13.1', 'unset', 'absent')];
  t.is(
    weigh(run(old), moby).unsupported,
    'The newest version that has this is 1.13.1; moby/moby looks at 25.0 and later (its project/BRANCHES-AND-TAGS.md). ' +
      'None of those was tried: with --daemon 26.1.5 --daemon rolling the lab does.',
  );
  const tried = [...old, cell('26.1.5', 'slave', 'absent'), cell('28.5.2', 'slave', 'absent')];
  t.regex(
    weigh(run(tried), moby).unsupported ?? '',
    /It was tried on 28\.5\.2 and 26\.1\.5, too, and not seen there\.$/,
  );
  t.is(weigh(run(old), runc).unsupported, undefined, 'a tracker without a list of versions');
});

const replica: RunRecord['builds'] = [
  {
    name: 'replica 1.13.1',
    version: '1.13.1',
    commit: '092cba3',
    origin: { kind: 'replica', source: 'harness/daemons/replica', sha256: 'ab' },
    userland: { name: 'tools', packages: {} },
    binaries: [],
  },
];

for (const [what, stored, why] of [
  ['no bug', run([cell('26.1.5', 'slave', 'absent')]), 'no cell of the run shows the bug'],
  [
    'an undecided cell',
    run([cell('26.1.5', 'slave', 'present', { outcome: 'inconclusive' })]),
    'no cell of the run shows the bug',
  ],
  [
    'a run that was interrupted',
    run(strong, { state: 'interrupted' }),
    'the run is interrupted: what it has not tried could contradict it',
  ],
  [
    'no control',
    run([cell('26.1.5', 'slave', 'present')]),
    'no cell without the bug was tried beside it: its cause is unknown',
  ],
  [
    'a flaky cell',
    run([...strong, cell('26.1.5', 'slave', 'absent', { outcome: 'unexpected', repeat: 2 })]),
    'the cell came to another outcome when it was repeated',
  ],
  [
    'a surprise that is not the bug',
    run([...strong, cell('26.1.5', 'private', 'unknown', { outcome: 'unexpected' })]),
    'daemon=26.1.5/mountFlags=private is a surprise of its own: unknown',
  ],
  [
    'a replica',
    run([cell('replica 1.13.1', 'slave', 'present'), cell('replica 1.13.1', 'unset', 'absent')], { builds: replica }),
    'only the lab’s replica was tried, which upstream has not made',
  ],
] as const) {
  test(`${what} is too weak`, (t) =>
    t.true(weigh(stored, moby).withheld.includes(why), JSON.stringify(weigh(stored, moby).withheld)));
}

test('a cell of the user’s choice has to have the bug, too', (t) => {
  t.is(
    weigh(run(strong), moby, 'daemon=20.10.24/mountFlags=slave').shown?.plan.name,
    'daemon=20.10.24/mountFlags=slave',
  );
  const { withheld } = weigh(run(strong), moby, 'daemon=26.1.5/mountFlags=unset');
  t.deepEqual(withheld, ['the cell daemon=26.1.5/mountFlags=unset does not show the bug']);
});

test('caveats come from the run', (t) => {
  const machine = { ...fakeHost, kind: 'microvm', machine: 'microvm, QEMU', limits: ['emulated CPU'] };
  const stored = run(strong, { machine, lab: { version: '0.1.0', revision: 'abc+', node: '24' } });
  t.deepEqual(weigh(stored, moby).caveats, [
    'emulated CPU',
    'It was measured in QEMU; without KVM its times are not those of a host.',
    'The lab itself had changes that are in no commit.',
  ]);
  for (const one of stored.cells) one.plan.sizes = { containers: 1, calls: 60 };
  t.is(weigh(stored, moby).caveats.at(-1), 'The protocol was made smaller: containers=1, calls=60.');
});
