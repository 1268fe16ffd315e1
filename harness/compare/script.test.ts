import test from 'ava';
import { script } from './script.ts';

test('every step has a name of its own', (t) => {
  const names = script.map(({ name }) => name);
  t.deepEqual([...new Set(names)], names);
});

test('what is kept open is settled once, later', (t) => {
  const open = script.flatMap((step, at) => ('keepOpen' in step ? [[step.name, at] as const] : []));
  t.true(open.length > 0);
  for (const [name, at] of open) {
    const settles = script.flatMap((step, index) => ('settles' in step && step.settles === name ? [index] : []));
    t.is(settles.length, 1, name);
    t.true((settles[0] ?? 0) > at, name);
  }
});

test('ids that are asked for are of containers that were created before', (t) => {
  const created = new Set<string>();
  for (const step of script) {
    if (!('path' in step)) continue;
    for (const [, name = ''] of step.path.matchAll(/\{([\w-]+)\}/g)) t.true(created.has(name), step.name);
    const name = /\/create\?name=([\w-]+)$/.exec(step.path)?.[1];
    if (name !== undefined) created.add(name);
  }
});
