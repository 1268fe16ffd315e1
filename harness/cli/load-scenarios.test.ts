import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { quickCli } from '../../test/support/quick-cli.ts';
import { scratch } from '../../test/support/scratch.ts';

const whole = `export default {
  name: 'mine', claim: 'Nothing is left.', factors: [{ name: 'ends', levels: ['killed', 'stopped'] }],
  budget: { memoryBytes: 1, diskBytes: 1, seconds: 1 },
  observations: defineObservations({ took: evidenceKinds.duration }),
  run: async () => ({ took: 1 }), judge: () => ({}),
};`;
const imports = `import { defineObservations, evidenceKinds } from 'dockerd-leak-lab/evidence';\n`;

const refuses = test.macro(async (t, source: string, message: string) => {
  const file = path.join(scratch(t), 'mine.ts');
  writeFileSync(file, source);
  const ran = await quickCli(['scenario', '--scenario', file]);
  t.is(ran.stderr, message.replaceAll('FILE', file));
  t.is(ran.exitCode, 64);
});

test('no such file', async (t) => {
  const ran = await quickCli(['scenario', '--scenario', './no.ts']);
  t.is(ran.stderr, '--scenario ./no.ts: there is no such file.');
});
test(
  'no default export',
  refuses,
  'export const mine = {};',
  '--scenario FILE requires a module whose default export is a scenario or a list of scenarios, and found no default export.',
);
test(
  'an empty list',
  refuses,
  'export default [];',
  '--scenario FILE requires a module whose default export is a scenario or a list of scenarios, and found an empty list.',
);
test(
  'something else',
  refuses,
  'export default 7;',
  '--scenario FILE is no scenario:\n  it: Invalid input: expected object, received number',
);
test(
  'parts that are missing, of another kind, or unknown',
  refuses,
  `export default { name: 'Mine', claim: 'x', factors: [{ name: 'a', levels: [] }], budget: { memoryBytes: 1, diskBytes: 1, seconds: 1 }, judge: 'yes', conclud() {} };`,
  [
    '--scenario FILE is no scenario:',
    '  name: Invalid input: expected lower-case letters, digits and -',
    '  factors.0.levels: Too small: expected array to have >=1 items',
    '  run: Invalid input: expected function, received undefined',
    '  observations: Invalid input: expected object, received undefined',
    '  judge: Invalid input: expected function, received string',
    '  it: Unrecognized key: "conclud"',
  ].join('\n'),
);
test(
  'a name that the lab has',
  refuses,
  imports + whole.replace("'mine'", "'soak'"),
  '--scenario FILE: the lab has a scenario "soak" already; give this one another name.',
);

test('a module that Node cannot load', async (t) => {
  const file = path.join(scratch(t), 'mine.ts');
  writeFileSync(file, 'enum Ends { killed }\nexport default Ends;');
  const { stderr, exitCode } = await quickCli(['scenario', '--scenario', file]);
  t.true(
    stderr.startsWith(`loading the scenario module ${file}: TypeScript enum is not supported in strip-only mode\n`),
    stderr,
  );
  t.regex(
    stderr,
    /expected: a module that Node 24\.\d+\.\d+ loads: JavaScript, or TypeScript whose types can be erased/,
  );
  t.is(exitCode, 3);
});

test('a scenario of a module is listed first, and its factors are known', async (t) => {
  const file = path.join(scratch(t), 'mine.ts');
  writeFileSync(file, imports + whole);
  const { stdout } = await quickCli(['scenario', '--scenario', file, '--list']);
  t.true(stdout.startsWith('mine\n  Nothing is left.\n  ends: killed, stopped\nnetns-restore\n'), stdout.slice(0, 200));
  const wrong = await quickCli(['scenario', '--scenario', file, '--only', 'ends=kiled']);
  t.is(wrong.stderr, 'ends has no level "kiled". Did you mean "killed"? Known: killed, stopped.');
  const other = await quickCli(['scenario', 'netns-restore', '--scenario', file]);
  t.is(other.stderr, 'There is no scenario "netns-restore". Known: mine.');
});
