import test from 'ava';
import { fakeHost } from '../../../test/support/fake-machine.ts';
import { needsOf } from '../needs.ts';
import type { HostRecord } from '../records.ts';
import { chosenBy } from './queues.ts';

const host = (name: string, daemons: string[]): HostRecord => ({
  schema: 1,
  name,
  instance: name,
  lab: { version: '0.1.0', revision: 'abc' },
  since: '2026-11-26T12:00:00.000Z',
  beatAt: '2026-11-26T12:00:00.000Z',
  state: 'ready',
  cpus: 2,
  memoryBytes: 4 * 2 ** 30,
  machines: [{ kind: 'local', missing: [], description: fakeHost }],
  cached: { daemons, kernels: [] },
  running: [],
});

const queue = (machine: string, daemon: string) => ({
  name: `${machine} ${daemon}`,
  session: 's',
  needs: needsOf({ machine, memoryBytes: 2 ** 30, daemon }),
});
const queues = [
  queue('local', '26.1.5'),
  queue('local', '1.13.1'),
  queue('microvm', '20.10.24'),
  queue('local', '20.10.24'),
];

const chooses = test.macro({
  exec(t, own: string[], others: string[][], names: string[]) {
    const rest = others.map((daemons, i) => host(`other${i}`, daemons));
    t.deepEqual(
      chosenBy(host('own', own), queues, rest).map(({ name }) => name),
      names,
    );
  },
  title: (_, own: string[], others: string[][]) =>
    `the queues of a host with ${own.join(', ') || 'an empty cache'}, beside ${others.length} others with ${others.flat().join(', ')}`,
});

test(chooses, ['20.10.24'], [], ['local 20.10.24', 'local 26.1.5', 'local 1.13.1']);
test(chooses, [], [], ['local 26.1.5', 'local 1.13.1', 'local 20.10.24']);
// A package of a distribution is downloaded where there is work; a static build may not be available here.
test(chooses, [], [['1.13.1', '26.1.5']], ['local 26.1.5', 'local 20.10.24']);
test(chooses, ['1.13.1'], [['1.13.1']], ['local 1.13.1', 'local 26.1.5', 'local 20.10.24']);
