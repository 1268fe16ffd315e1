import test from 'ava';
import type { Workload } from '../../harness/workloads/cgroup-workloads.ts';
import { expectationOf } from './expected.ts';

const parameters = ['none', 'nokmem', 'disable-memory', 'both'] as const;

test('files that are written: inodes hold cgroups on v2 of 5.10, loop devices since, and drop_caches helps against the former alone', (t) => {
  const expected = (release: string, workload: Workload, cgroups: 'usual' | 'v2') =>
    parameters.map((bootParameters) => {
      const { verdict, heldBy, dropCaches } = expectationOf(release, { workload, bootParameters, kmem: 'on', cgroups });
      return [verdict, heldBy?.join(), dropCaches].filter(Boolean).join(' ');
    });
  const all = (words: string) => parameters.map(() => words);
  const holds = 'leak gives-back';
  for (const workload of ['file-written', 'loop-written'] as const) {
    t.deepEqual(expected('5.10.0', workload, 'v2'), [holds, holds, 'no-leak', 'no-leak']);
    t.deepEqual(expected('5.10.0', workload, 'usual'), all('no-leak'));
    t.deepEqual(expected('4.18.0', workload, 'v2'), all(''));
  }
  for (const release of ['6.1.0', '6.12.117', '7.2.13']) {
    t.deepEqual(expected(release, 'file-written', 'v2'), all('no-leak'));
    t.deepEqual(expected(release, 'loop-written', 'v2'), all('leak io gives-nothing-back'));
    t.deepEqual(expected(release, 'loop-written', 'usual'), all('leak blkio gives-nothing-back'));
  }
});
