import test from 'ava';
import { knowledge } from '../../../scenarios/common/diagnosis/knowledge.ts';
import { diagnose, type Diagnosis } from '../../diagnose/diagnose.ts';
import { patternNames } from '../../diagnose/dump/log-patterns.ts';
import { itemRecord } from '../../diagnose/model/bundle.ts';
import { dumpKinds, factRecord, type Fact } from '../../diagnose/model/facts.ts';
import {
  findingRecord,
  problems,
  rateMetrics,
  remedyNames,
  type Finding,
  type Rate,
} from '../../diagnose/model/finding.ts';
import { fakeEvidence } from '../../diagnose/testing/fake-bundle.ts';
import { plain } from '../style.ts';
import { reportDiagnosis } from './diagnosis-report.ts';
import { diagnosisPage } from './diagnosis-page.ts';
import { factLine } from './facts.ts';

/** One fact of each kind, and of each of its values that has words of its own: a kind without an example does not compile. */
const facts: { [Name in Fact['fact']]: readonly Extract<Fact, { fact: Name }>[] } = {
  'namespaces-lost': [0, 1, 2].map((of) => ({ fact: 'namespaces-lost', lost: Math.max(0, of - 1), of })),
  'plain-namespace-file': [{ fact: 'plain-namespace-file', path: '/run/docker/netns/aaa', magic: 'ef53' }],
  'mount-propagation': (['host', 'shared', 'slave', 'private'] as const).map((kind) => ({
    fact: 'mount-propagation',
    kind,
  })),
  'mount-flags-configured': [{ fact: 'mount-flags-configured', value: 'slave', file: '/etc/a.conf' }],
  'daemon-reload-needed': [{ fact: 'daemon-reload-needed' }],
  'live-restore': [true, false].map((on) => ({ fact: 'live-restore', on })),
  'docker-version': [{ fact: 'docker-version', version: '1.13.1' }],
  'no-docker': [{ fact: 'no-docker' }],
  'stats-answer': (['hangs', 'zeroed'] as const).map((answer) => ({ fact: 'stats-answer', answer, reference: 'moby' })),
  'log-lines': patternNames.map((pattern) => ({
    fact: 'log-lines',
    pattern,
    count: 1,
    first: 'a',
    last: 'b',
    example: 'c',
  })),
  connections: [
    { fact: 'connections', held: 0, gone: 0, unseen: 0 },
    { fact: 'connections', held: 1, gone: 2, unseen: 3 },
  ],
  'abandoned-ends': [{ fact: 'abandoned-ends', count: 1 }],
  'containerd-state': ['T', 't', 'D', 'X'].map((state) => ({ fact: 'containerd-state', state })),
  'goroutines-at': [
    { fact: 'goroutines-at', function: 'main.main', count: 1 },
    { fact: 'goroutines-at', function: 'main.main', count: 2, waitedMinutes: 3 },
  ],
  goroutines: [{ fact: 'goroutines', count: 1 }],
  'containerd-own-unit': [{ fact: 'containerd-own-unit' }],
  'shared-address': [{ fact: 'shared-address', address: '10.0.0.1', namespaces: 2 }],
  kernel: [{ fact: 'kernel', release: '3.10.0' }],
  'slab-ids': [{ fact: 'slab-ids', ids: 1, directories: 2, copies: 1 }],
  'unreclaimable-slab': [{ fact: 'unreclaimable-slab', bytes: 1 }],
  'boot-parameter': (['absent', 'unknown-to-kernel', 'effective', 'present', 'configured-not-booted'] as const).map(
    (state) => ({ fact: 'boot-parameter', parameter: 'cgroup.memory=nokmem', state, file: '/etc/default/grub' }),
  ),
  'misspelt-parameter': [{ fact: 'misspelt-parameter', word: 'cgroup.memory=nokmen', meant: 'cgroup.memory=nokmem' }],
  'dying-cgroups': [{ fact: 'dying-cgroups', controller: 'memory', dying: 1, directories: 2 }],
  'cgroup-cost': [{ fact: 'cgroup-cost', bytes: 13_386, each: 13_386, cpus: 1 }],
  'percpu-memory': [{ fact: 'percpu-memory', bytes: 1 }],
  'memcg-ids': [{ fact: 'memcg-ids', used: 1, of: 65_535 }],
  'pinned-by': [
    { fact: 'pinned-by', holders: ['kernel-memory', 'page-cache', 'tmpfs'] },
    { fact: 'pinned-by', holders: ['tmpfs'], shmemBytes: 1 },
    { fact: 'pinned-by', holders: ['tmpfs'], cachedBytes: 1 },
    { fact: 'pinned-by', holders: ['tmpfs'], shmemBytes: 1, cachedBytes: 1 },
  ],
  'open-files': [
    { fact: 'open-files', open: 1, limit: 2 },
    { fact: 'open-files', open: 1, limit: 2, sockets: 1 },
  ],
  'detach-mounts': [true, false].map((allowed) => ({ fact: 'detach-mounts', allowed })),
  'version-has-fault': [
    { fact: 'version-has-fault', version: '1.13.1' },
    { fact: 'version-has-fault', version: '1.13.1', fixedIn: '28.5.2' },
  ],
  'version-has-fix': [{ fact: 'version-has-fix', version: '28.5.2', fixedIn: '28.5.2' }],
  dump: dumpKinds.map((kind) => ({ fact: 'dump', file: 'a', kind, records: 1 })),
  'heap-at': [{ fact: 'heap-at', function: 'main.main', bytes: 1, of: 2 }],
  'heap-without-symbols': [{ fact: 'heap-without-symbols', bytes: 1 }],
  'slab-cache': [{ fact: 'slab-cache', name: 'dentry', bytes: 1 }],
  'clock-changed': [-3, 3].map((seconds) => ({ fact: 'clock-changed', seconds })),
};
const allFacts: readonly Fact[] = Object.values(facts).flat();

const obstacles = ['one-sample', 'daemon-restarted', 'host-rebooted', 'too-short', 'not-read'] as const;
const rates: Rate[] = rateMetrics.flatMap((metric): Rate[] => {
  const unit = metric === 'dockerd-rss' ? 'bytes' : 'files';
  const known = { known: true, metric, unit, seconds: 60, perHour: 60, low: 30, high: 90, now: 5 } as const;
  return [
    known,
    { ...known, low: -30 },
    { ...known, perHour: -60, low: -90, high: -30 },
    { ...known, limit: { value: 1000 } },
    { ...known, limit: { value: 1000, soonestHours: 1 } },
    { ...known, limit: { value: 1000, soonestHours: 0, latestHours: 1e9 } },
    ...obstacles.map((because) => ({ known: false, metric, unit, seconds: 60, because }) as const),
    { known: false, metric, unit, seconds: 0, because: 'one-sample', now: 3 },
  ];
});

const empty: Finding = {
  problem: 'device-busy',
  state: 'affected',
  facts: [],
  missing: [],
  rates: [],
  culprits: [],
  remedies: [],
};

/** Codes of an enumeration of a schema. */
const { options: reasons } = findingRecord.shape.missing.element.shape.because;
const { options: statuses } = itemRecord.shape.status;

/** A diagnosis that has every code that a report may meet. */
const findings: Finding[] = [
  { ...empty, facts: [...allFacts], rates },
  ...problems.flatMap((problem): Finding[] => [
    { ...empty, problem, state: 'exposed', follows: problem },
    { ...empty, problem, state: 'not-affected' },
    { ...empty, problem, state: 'unknown', missing: reasons.map((because) => ({ file: 'docker/peers', because })) },
  ]),
  ...remedyNames.map((name): Finding => ({
    ...empty,
    remedies: [
      {
        name,
        heals: 'no',
        lasts: false,
        breaks: ['containers-restart', 'memory-limits', 'host-reboots', 'daemon-restarts', 'stats-without-networks'],
        commands: ['true'],
        source: 'measured',
      },
    ],
    culprits: [
      { pid: 1, connections: 1, share: 0 },
      {
        pid: 2,
        connections: 2,
        share: 1,
        command: 'agent',
        user: 0,
        age: 5,
        container: { id: 'a'.repeat(64) },
        unit: 'a.service',
      },
      { pid: 3, connections: 2, share: 1, container: { id: 'a'.repeat(64), name: 'web' } },
    ],
  })),
  ...(['fully', 'leak-only', 'partly'] as const).map((heals): Finding => ({
    ...empty,
    remedies: [{ name: 'nokmem', heals, lasts: true, breaks: [], commands: [], source: '' }],
  })),
  {
    ...empty,
    remedies: [{ name: 'nokmem', breaks: [], commands: [], source: '' }],
    reproduce: ['scenario', 'mount-busy'],
  },
];
const everything: Diagnosis = {
  ...diagnose(fakeEvidence(), knowledge),
  findings,
  facts: [...allFacts],
  incomplete: statuses.map((status) => ({ file: 'docker/peers', status, bytes: 0, reader: 'any', what: 'callers' })),
};

/** Codes that are words of their own, or names that people know. */
const alsoWords = new Set([
  'live-restore',
  'kernel',
  'goroutines',
  'connections',
  'dump',
  'slabinfo',
  'slabtop',
  'ss',
  'nokmem',
  'upgraded',
  'cut',
  'timeout',
  'skipped',
  'ok',
  'empty',
  'absent',
  'effective',
  'present',
  'host',
  'shared',
  'slave',
  'private',
  'tmpfs',
  'fully',
  'partly',
  'no',
]);

test('no code, undefined or NaN is in what a person reads', (t) => {
  const codes = [
    ...Object.keys(facts),
    ...problems,
    ...remedyNames,
    ...rateMetrics,
    ...dumpKinds,
    ...reasons,
    ...statuses,
    ...patternNames,
    ...obstacles,
    'unknown-to-kernel',
    'configured-not-booted',
    'kernel-memory',
    'page-cache',
    'leak-only',
    'containers-restart',
    'memory-limits',
    'host-reboots',
    'daemon-restarts',
    'stats-without-networks',
  ].filter((code) => !alsoWords.has(code));
  // Words of commands are in the text as they are typed: nothing of those is a code.
  const texts = {
    text: reportDiagnosis(everything, plain),
    page: diagnosisPage([everything], []).replaceAll(/<[^>]*>|<style>[\s\S]*<\/style>/g, ' '),
  };
  for (const [name, text] of Object.entries(texts)) {
    for (const wrong of [...codes, 'undefined', 'NaN', 'Infinity', '[object', 'null', 'true,', 'false,']) {
      const at = new RegExp(`(?<![\\w/+.-])${wrong.replaceAll(/[.+[]/g, String.raw`\$&`)}(?![\\w/+-])`).exec(text);
      t.true(
        at === null,
        `${name} has "${wrong}": ${text.slice(Math.max(0, (at?.index ?? 0) - 60), (at?.index ?? 0) + 60)}`,
      );
    }
  }
  for (const fact of allFacts) t.regex(factLine(fact), /^\S[^\n]{3,}(?:\n\S.*)?$/, JSON.stringify(fact));
});

test('the examples of facts are what the schema has', (t) => {
  t.deepEqual(Object.keys(facts).toSorted(), factRecord.options.map(({ shape }) => shape.fact.value).toSorted());
  for (const fact of allFacts) t.deepEqual(factRecord.parse(fact), fact);
  for (const finding of findings) t.deepEqual(findingRecord.parse(finding), finding);
});
