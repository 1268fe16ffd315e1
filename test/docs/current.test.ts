import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { accusing, acquitting } from '../../harness/judge/confidence.ts';
import { granularities } from '../../harness/judge/granularity.ts';
import { machineKinds } from '../../harness/machines/registry.ts';
import { exitCodes } from '../../harness/run/exit-code.ts';
import { scenarios } from '../../scenarios/index.ts';
import { fixes } from '../../vms/replica/fixes.ts';
import { readStrings } from '../words/strings.ts';
import { root } from './pages.ts';

const page = (name: string) => readFileSync(path.join(root, 'docs', name), 'utf8');

/** The rows of a page that have a word in backticks in their first cell. */
function rowsWith(text: string, word: string): string[] {
  return text.split('\n').filter((line) => (line.split(' | ')[0] ?? '').includes(`\`${word}\``));
}

test('Scenarios has every scenario, with each of its factors', (t) => {
  const text = page('scenarios.md');
  for (const { name, factors } of scenarios) {
    const rows = rowsWith(text, name).join('\n');
    t.true(rows.length > 0, name);
    for (const factor of factors) t.true(rows.includes(`\`${factor.name}\``), `${name}: ${factor.name}`);
  }
});

test('Settings has every variable of the environment that the code reads', (t) => {
  const text = page('settings.md');
  const names = readStrings(root).flatMap((one) => one.text.match(/\bDOCKERD_LEAK_LAB_[A-Z_]+\b/g) ?? []);
  const own = [...new Set(names)].filter((name) => !name.includes('_TEST_'));
  t.true(own.length > 10);
  t.deepEqual(
    own.filter((name) => !text.includes(`\`${name}`)),
    [],
  );
});

test('Machines has every kind of machine', (t) => {
  for (const { name } of machineKinds) t.true(page('machines.md').includes(`\n| \`${name}\` | `), name);
});

test('the page on exit codes has all of them', (t) => {
  const [runs = ''] = page('reference/exit-codes.md').split('## `--bisect`');
  for (const code of Object.values(exitCodes)) t.regex(runs, new RegExp(`^\\| ${code} \\|`, 'm'));
});

test('Replica has every fix', (t) => {
  for (const fix of Object.keys(fixes)) t.is(rowsWith(page('replica.md'), fix).length, 1, fix);
});

test('How the judge decides has the confidences and the smallest steps of the code', (t) => {
  const text = page('judge.md');
  t.true(text.includes(`low  = b − t(${accusing}; n − 2)`) && text.includes(`high = b + t(${acquitting};`));
  const { heapAlloc, heapInuse, rss, runtimeFds, runtimeGoroutines, runtimeMemory } = granularities;
  const bytes = (count: number) => `${count.toLocaleString('en')} B`;
  for (const [quantity, step] of [
    ['descriptors and goroutines of dockerd', `${granularities.fds}`],
    ['descriptors, threads of containerd and shims', `${runtimeFds}`],
    ['goroutines of containerd', `${runtimeGoroutines}`],
    ['heap after garbage collection', bytes(heapAlloc)],
    ['heap in use, stacks', bytes(heapInuse)],
    ['resident memory, slab', bytes(rss)],
    ['memory of containerd and shims', `${runtimeMemory / 2 ** 20} MiB`],
  ])
    t.true(text.includes(`\n| ${quantity} | ${step} | `), quantity);
});
