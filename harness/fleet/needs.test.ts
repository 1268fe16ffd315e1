import test from 'ava';
import { fakeHost } from '../../test/support/fake-machine.ts';
import { hasCached, lacksOf, lackWords, needsOf } from './needs.ts';
import type { HostRecord } from './records.ts';

const host: HostRecord = {
  schema: 1,
  name: 'alpha',
  instance: 'a',
  lab: { version: '0.1.0', revision: 'abc' },
  since: '2026-11-26T12:00:00.000Z',
  beatAt: '2026-11-26T12:00:00.000Z',
  state: 'ready',
  cpus: 2,
  memoryBytes: 4 * 2 ** 30,
  machines: [
    { kind: 'local', missing: [], description: { ...fakeHost, limits: ['no-cgroup-1', 'no-oom-scores'] } },
    { kind: 'vagrant', missing: [{ what: 'vagrant', found: 'not in PATH' }] },
  ],
  cached: { daemons: ['20.10.24'], kernels: ['6.1'] },
  running: [],
};
const GiB = 2 ** 30;

const asks = test.macro({
  exec(t, machine: string, daemon: string | undefined, abilities: string[]) {
    t.deepEqual<unknown, unknown>(
      needsOf({ machine, memoryBytes: GiB, ...(daemon !== undefined && { daemon }) }).abilities,
      abilities,
    );
  },
  title: (_, machine: string, daemon: string | undefined) => `the needs of ${daemon ?? 'no daemon'} on ${machine}`,
});

test(asks, 'local', '1.13.1', ['cgroup-1']);
test(asks, 'local', '18.09.0', ['cgroup-1', 'oom-scores']);
test(asks, 'container', 'dind:17.09', ['cgroup-1']);
test(asks, 'local', '20.10.24', []);
test(asks, 'local', 'rolling', []);
test(asks, 'local', 'replica', []);
// A kernel of the cell's own has the cgroups that its boot says.
test(asks, 'microvm', '1.13.1', []);
test(asks, 'microvm', undefined, []);

const lacks = test.macro({
  exec(t, machine: string, daemon: string, memoryBytes: number, words: string[]) {
    t.deepEqual(
      lacksOf(host, needsOf({ machine, memoryBytes, daemon })).map((lack) => lackWords(lack)),
      words,
    );
  },
  title: (_, machine: string, daemon: string, bytes: number) =>
    `what a host lacks for ${daemon}, ${machine}, ${bytes / GiB} GiB`,
});

test(lacks, 'local', '20.10.24', GiB, []);
test(lacks, 'local', '1.13.1', GiB, ['dockers before 20.10 need cgroup v1, and that host has cgroup v2 alone']);
test(lacks, 'local', '18.09.0', 4 * GiB, [
  'the cell needs 4,096 MiB of memory, and cells may use 3,277 MiB there',
  'dockers before 20.10 need cgroup v1, and that host has cgroup v2 alone',
  'docker 18.09 needs CAP_SYS_RESOURCE, which is missing there',
]);
test(lacks, 'vagrant', '20.10.24', GiB, [
  'the machine vagrant cannot run there; missing: vagrant (found: not in PATH)',
]);
test(lacks, 'microvm', '20.10.24', GiB, ['the machine microvm cannot run there']);

test('a host has what its cache has, and the replica is everywhere', (t) => {
  const cached = (daemon?: string, kernel?: string) =>
    hasCached(
      host,
      needsOf({ machine: 'local', memoryBytes: 1, ...(daemon && { daemon }), ...(kernel && { kernel }) }),
    );
  t.deepEqual(
    [
      cached('20.10.24'),
      cached('26.1.5'),
      cached('replica+timeouts'),
      cached(undefined, '6.1'),
      cached('20.10.24', '5.10'),
    ],
    [true, false, true, true, false],
  );
});
