import test from 'ava';
import { importsOf } from './imports.ts';
import { impureChains } from './purity.ts';

const judges = [{ files: /^scenarios\/[^/]+\/judge\.ts$/, what: 'a judge' }];
const impure = ['harness/fetch', 'node:fs'];

const sources = {
  'scenarios/a/judge.ts': "import type { Clients } from '../../harness/clients/clients.ts';",
  'scenarios/b/judge.ts': "import zod from 'zod';\nimport { clients } from '../../harness/clients/clients.ts';",
  'scenarios/b/protocol.ts': "import { readFile } from 'node:fs/promises';",
  'harness/clients/clients.ts': "import { data } from './data.ts';\nimport { fetch } from '../fetch/cache.ts';",
  'harness/fetch/cache.ts': "import { readFile } from 'node:fs/promises';",
};
const imports = Object.entries(sources).flatMap(([file, text]) => {
  const { own, packages } = importsOf(file, text);
  return [...own, ...packages];
});

test('a judge that reaches impure code, by a type too, is named with its chain and the import to change', (t) => {
  t.deepEqual(impureChains(imports, judges, impure), [
    'scenarios/a/judge.ts reaches harness/fetch/cache.ts, as 1 more of its kind, and a judge has to be pure: ' +
      'scenarios/a/judge.ts:1 → harness/clients/clients.ts:2 → harness/fetch/cache.ts; ' +
      'move what scenarios/a/judge.ts needs into a file without the import harness/clients/clients.ts:2',
  ]);
});

test('an impure package that a judge imports itself', (t) => {
  const { own, packages } = importsOf('scenarios/c/judge.ts', "import { readFileSync } from 'node:fs';");
  t.deepEqual(impureChains([...own, ...packages], judges, impure), [
    'scenarios/c/judge.ts reaches node:fs, and a judge has to be pure: scenarios/c/judge.ts:1 → node:fs; cut the import scenarios/c/judge.ts:1',
  ]);
});

test('a package whose name only begins like an impure one, and a file that no judge imports, are no concern', (t) => {
  const harmless = [
    { from: 'scenarios/c/judge.ts', to: 'node:fstab', line: 1 },
    { from: 'scenarios/c/judge.ts', to: 'harness/fetching/x.ts', line: 2 },
  ];
  t.deepEqual(impureChains([...harmless, ...imports.slice(3)], judges, impure), []);
});
