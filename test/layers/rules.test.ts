import test from 'ava';
import { importsOf } from './imports.ts';
import { cycles, pictureOf, wrongEdges } from './rules.ts';

const source = `import type { A } from '../core/a.ts';
import { b } from '../run/b.ts';
export * from './own.ts';
import zod from 'zod';
const late = await import('../store/c.ts');
`;
const { own: imports, packages } = importsOf('harness/store/x.ts', source);
const folders = ['harness/core', 'harness/store', 'harness/run'];

test('imports for types, exports and dynamic imports are seen; packages are apart', (t) => {
  t.deepEqual(imports, [
    { from: 'harness/store/x.ts', to: 'harness/core/a.ts', line: 1 },
    { from: 'harness/store/x.ts', to: 'harness/run/b.ts', line: 2 },
    { from: 'harness/store/x.ts', to: 'harness/store/own.ts', line: 3 },
    { from: 'harness/store/x.ts', to: 'harness/store/c.ts', line: 5 },
  ]);
  t.deepEqual(packages, [{ from: 'harness/store/x.ts', to: 'zod', line: 4 }]);
});

test('an import from a later layer, and one from a folder that is in no layer', (t) => {
  t.deepEqual(wrongEdges(imports, folders), [
    'harness/store/x.ts:2 imports harness/run/b.ts: harness/store is a layer below harness/run; move the imported part down, or this file up',
  ]);
  t.deepEqual(wrongEdges(imports.slice(1, 2), folders.slice(0, 2)), [
    'harness/store/x.ts:2 imports harness/run/b.ts, which is in no layer: add its folder to test/layers/layers.ts',
  ]);
});

test('folders that import each other around, through a third one', (t) => {
  const edge = (from: string, to: string) => ({ from: `${from}/x.ts`, to: `${to}/y.ts`, line: 1 });
  t.deepEqual(cycles([edge('a', 'b'), edge('b', 'c')]), []);
  t.deepEqual(cycles([edge('a', 'b'), edge('b', 'c'), edge('c', 'a'), edge('d', 'a')]), [
    'a/x.ts:1 imports b/y.ts: a and b import each other around; cut one of these imports',
    'b/x.ts:1 imports c/y.ts: b and c import each other around; cut one of these imports',
    'c/x.ts:1 imports a/y.ts: c and a import each other around; cut one of these imports',
  ]);
});

test('the picture has the layers from the highest down, with what each imports', (t) => {
  const layers = folders.map((folder) => ({ folder, about: `the ${folder}` }));
  t.is(
    pictureOf(imports.slice(0, 1), layers),
    `| folder | what is in it | imports |
| --- | --- | --- |
| \`harness/run/\` | the harness/run |  |
| \`harness/store/\` | the harness/store | core |
| \`harness/core/\` | the harness/core |  |`,
  );
});
