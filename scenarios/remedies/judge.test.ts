import test from 'ava';
import { inWords } from '../../test/support/in-words.ts';
import { remedies } from './remedies.ts';
import { expectationOf } from './expected.ts';
import { judgeRemedy as judge } from './judge.ts';
import { rankRemedies } from './ranking.ts';
import type { Look } from './observations.ts';
import type { RemedyObservations } from './observations.ts';

const judgeRemedy = (...all: Parameters<typeof judge>) => inWords(judge(...all));

type Answer = Look['answers'][number]['answer'];
type State = Look['netnsFiles'][number]['state'];

function look(answer: Answer, state: State, changes: Partial<Look['containers'][number]> = {}): Look {
  const container = { name: 'c1', running: true, sameProcess: true, address: '172.17.0.2', sharesAddress: false };
  return {
    answers: [{ container: 'c1', answer, ticks: 1, seconds: 1, bytes: 1, excerpt: '{}' }],
    netnsFiles: [{ path: '/run/docker/netns/809fe71d52a5', magic: state === 'nsfs' ? '6e736673' : '1021994', state }],
    containers: [{ ...container, reachesGateway: true, ...changes }],
    strayVeths: 0,
  };
}

/** Descriptors over calls, so many a call. */
function series(perCall: number): RemedyObservations['series'] {
  const doses = [0, 100, 200, 300, 400, 500];
  const points = doses.map((dose) => ({ dose, value: 25 + perCall * dose }));
  return [{ metric: 'fds', unit: 'fds', per: 'call', granularity: 1, points }];
}

const client = { sent: 500, open: 0, answered: 500, givenUp: 0, ended: 500, bytes: 1, failures: {} };

/** The host as it is when nothing was done to it. */
const untouched: RemedyObservations = {
  lost: look('hangs', 'lost'),
  stuck: { before: 300, after: 300, answered: 0 },
  refusals: [],
  seconds: 0,
  outageSeconds: 0,
  remedied: look('hangs', 'lost'),
  series: series(1),
  idle: series(0),
  client: { ...client, seconds: 0, longestTurn: 1, rss: 1 },
  restarted: look('hangs', 'lost'),
  fresh: 'lost',
};

const healed: RemedyObservations = {
  ...untouched,
  stuck: { before: 300, after: 0, answered: 300 },
  remedied: look('values', 'nsfs', { sameProcess: false }),
  series: series(0),
};

const cellOf = (remedy: string) => ({ daemon: '1.13.1', remedy });

test('nothing is done: the control', (t) => {
  const judgement = judgeRemedy(cellOf('none'), '1.13.1', untouched);
  t.is(judgement.observed, 'hangs · leak · next restart: hangs');
  t.is(judgement.expected, judgement.observed);
  t.true(judgement.checks.every(({ asExpected }) => asExpected));
});

test('a restart of the containers heals, stops them, and lasts until the next restart of dockerd', (t) => {
  const judgement = judgeRemedy(cellOf('containers-restarted'), '1.13.1', healed);
  t.is(judgement.observed, 'values · no-leak · next restart: hangs');
  t.deepEqual(
    judgement.checks.filter(({ asExpected }) => !asExpected),
    [],
  );
  t.deepEqual(judgement.figures?.slice(0, 3), [
    'each container is restarted',
    'took 0.0 s, in which the daemon did not answer for 0.0 s',
    '300 calls hung before: answered',
  ]);
  t.true(judgement.figures?.includes('breaks: 1 of 1 containers were stopped'));
  t.is(judgement.bug, 'absent');
});

test('a remedy that does not do what is expected of it is a surprise', (t) => {
  const judgement = judgeRemedy(cellOf('containers-restarted'), '1.13.1', untouched);
  const surprises = judgement.checks.filter(({ asExpected }) => !asExpected).map(({ what }) => what);
  t.deepEqual(surprises, ['calls that hung', 'one call', 'network namespaces', 'containers', 'fds']);
});

test('a daemon that has not been measured gives no pass', (t) => {
  const judgement = judgeRemedy(cellOf('none'), '29.0.0', untouched);
  t.is(judgement.expected, 'not known yet');
  t.false(judgement.checks.some(({ expected }) => expected !== undefined));
});

test('every remedy has an expectation and commands of its own', (t) => {
  for (const { name, commands } of remedies) {
    const { reason } = expectationOf(name, 'hangs');
    t.is(reason === expectationOf('none', 'hangs').reason, name === 'none', name);
    t.is(commands.length === 0, name === 'none', name);
  }
});

test('the ranking: what heals first, then what stops the leak; the disease last', (t) => {
  const restarted = { ...untouched, stuck: { before: 300, after: 0, answered: 0 }, seconds: 1, outageSeconds: 1 };
  const fixed = { ...untouched, stuck: { before: 300, after: 0, answered: 0 }, series: series(0) };
  const cells = Object.entries({ restarted, none: untouched, 'containers-restarted': healed, 'client-fixed': fixed });
  t.deepEqual(
    rankRemedies(cells.map(([name, observations]) => ({ cell: cellOf(name), version: '1.13.1', observations }))),
    [
      'What to do on a host with 1.13.1, best first',
      '  1. containers-restarted  each container is restarted',
      '     heals · stats are right · the leak stops · until the next restart of dockerd · containers started from now on are lost at that restart · breaks 1 of 1 containers were stopped · 0.0 s',
      '  2. client-fixed          the agent is replaced by one that gives up and closes its connection',
      '     helps in part · stats hang · the leak stops · containers started from now on are lost at that restart · 0.0 s',
      '  3. none                  nothing is done (control)',
      '     does not help · stats hang · the leak goes on · containers started from now on are lost at that restart · 0.0 s',
      '  4. restarted             dockerd is restarted as it is: what hosts do by themselves when it passes some gigabytes',
      '     does not help · stats hang · the leak goes on · containers started from now on are lost at that restart · breaks the API while dockerd is restarted · 1.0 s',
    ],
  );
});

test('a ranking with an upgrade says what another docker does to the kernel of CentOS 7', (t) => {
  const cells = [{ cell: cellOf('upgraded'), version: '1.13.1', observations: healed }];
  t.deepEqual(rankRemedies(cells).slice(3), [
    'Before another docker is installed on CentOS 7: 3.10.0-514 (CentOS 7.3) keeps 73 to 321 KB and an id of each removed cgroup whose kernel memory was accounted, until it boots again.',
    '  docker from 17.06 on has it accounted for every container with a limit of memory (17.06.2, 18.09.0 and 20.10.5 were measured); 1.13.1 only with --kernel-memory; 17.03.2 and 20.10.24 do not for a limit of memory.',
    '  3.10.0-1160 (CentOS 7.9) knows nokmem, which is effective there; without it 9 to 28 KB and an id of each cgroup stay.',
  ]);
});
