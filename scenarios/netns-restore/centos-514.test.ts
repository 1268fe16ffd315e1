import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { z } from 'zod';
import { inWords } from '../../test/support/in-words.ts';
import { netnsRestore } from './scenario.ts';

const recorded = z.array(
  z.strictObject({
    cell: z.record(z.string(), z.string()),
    version: z.string(),
    observations: netnsRestore.observations.reader,
  }),
);

test('cells on a real CentOS 3.10.0-514, where files of namespaces are of proc: each as on later kernels', (t) => {
  const file = path.join(import.meta.dirname, 'testing/3.10.0-514.json');
  const judged = recorded.parse(JSON.parse(readFileSync(file, 'utf8'))).map(({ cell, version, observations }) => {
    const { observed, checks } = inWords(netnsRestore.judge(cell, version, observations));
    const [files] = checks;
    return [
      `${version} ${cell['mountFlags']}`,
      observed,
      files?.observed,
      checks.every(({ asExpected }) => asExpected),
    ];
  });
  const byName = judged.toSorted(([a], [b]) => String(a).localeCompare(String(b)));
  t.deepEqual(byName, [
    ['1.13.1 slave', 'netns lost 3/3 · stats: 3 hangs · duplicate-ip', '3 lost', true],
    ['1.13.1 unset', 'netns kept · stats: 3 values', '3 kept', true],
    ['20.10.24 slave', 'netns lost 3/3 · stats: 3 zeroed · duplicate-ip', '3 lost', true],
    ['20.10.24 unset', 'netns kept · stats: 3 values', '3 kept', true],
  ]);
});
