import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pLimit from 'p-limit';
import { run } from '../../fetch/programs/program.ts';
import { LabError, lastLines } from '../../core/errors.ts';
import { exitCodes } from '../../run/exit-code.ts';
import { onInterrupt } from '../../cli/interrupt.ts';
import { mutants } from './mutants/mutants.ts';
import type { Mutant } from './mutants/mutant.ts';
import { mutantsReport, type Tried } from './mutants-report.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const report = path.join(root, 'harness/judge/MUTANTS.md');

/** Mutants that are tried side by side: the tests of each take a core. */
const sideBySide = 2;

/** Milliseconds until the tests of a mutant that never ends are ended; without a mutant they take some 10 s. */
const timeLimit = 120_000;

/** The judge's tests but the one that counts errors over thousands of runs: first all but the slowest, then those. */
const stages = [
  [
    'harness/judge/*.test.ts',
    ...['error-rates', 'properties', 'shapes'].map((name) => `!harness/judge/${name}.test.ts`),
  ],
  ['harness/judge/shapes.test.ts', 'harness/judge/properties.test.ts'],
];

// node mutate.ts [--write] [FILE…]: all mutants, or those of some files; --write keeps what came of it.
using interrupt = onInterrupt();
const write = process.argv.includes('--write');
const wanted = process.argv.slice(2).filter((word) => word !== '--write');
process.exitCode = await mutate(mutants.filter(({ file }) => wanted.length === 0 || wanted.includes(file)));

/** Tries mutants in copies of the judge, and returns 0 when those that survive are those that have to. */
async function mutate(chosen: readonly Mutant[]): Promise<number> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'dockerd-leak-lab-mutants-'));
  try {
    const copies = await Promise.all(Array.from({ length: sideBySide }, (_, number) => copyOf(directory, `${number}`)));
    const sound = await testIn(copies[0] ?? '');
    if (sound !== undefined) throw brokenBefore(sound);
    const limit = pLimit(sideBySide);
    const tried = await Promise.all(
      chosen.map((mutant) =>
        limit(async () => {
          const copy = copies.pop() ?? '';
          const one = { mutant, killed: await isKilled(copy, mutant) };
          copies.push(copy);
          process.stdout.write(
            `${one.killed ? 'killed  ' : 'SURVIVED'} ${mutant.file}: ${mutant.text} → ${mutant.becomes}\n`,
          );
          return one;
        }),
      ),
    );
    return await conclude(tried);
  } catch (error) {
    if (interrupt.exitCode !== undefined) return interrupt.exitCode;
    if (!(error instanceof LabError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return exitCodes.couldNotRun;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function copyOf(directory: string, name: string): Promise<string> {
  const copy = path.join(directory, name);
  for (const file of ['package.json', 'harness/core', 'harness/evidence', 'harness/judge']) {
    await cp(path.join(root, file), path.join(copy, file), { recursive: true });
  }
  await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  return copy;
}

async function isKilled(copy: string, { file, text, becomes }: Mutant): Promise<boolean> {
  const target = path.join(copy, 'harness/judge', file);
  const source = await readFile(target, 'utf8');
  const places = source.split(text).length - 1;
  if (places !== 1) {
    throw new LabError({
      doing: `making a mutant of ${file}`,
      expected: `it has "${text}" once`,
      happened: `it has it ${places} times`,
      hint: 'the judge has changed: bring harness/judge/testing/mutants up to date',
    });
  }
  await writeFile(
    target,
    source.replace(text, () => becomes),
  );
  try {
    return (await testIn(copy)) !== undefined;
  } finally {
    await writeFile(target, source);
  }
}

/** The output of the tests when they fail or never end; undefined when they pass. */
async function testIn(copy: string): Promise<string | undefined> {
  const ava = path.join(root, 'node_modules/ava/entrypoints/cli.js');
  for (const files of stages) {
    const words = ['-C', copy, process.execPath, ava, '--fail-fast', '--concurrency=1', ...files];
    const { exitCode, stdout, stderr } = await run('env', words, { signal: interrupt.signal, timeout: timeLimit });
    if (exitCode !== 0) return `${stdout}\n${stderr}`;
  }
  return undefined;
}

async function conclude(tried: readonly Tried[]): Promise<number> {
  const { text, isAsExpected, sum } = mutantsReport(tried, new Date());
  if (write) await writeFile(report, text);
  process.stdout.write(`${sum}\n`);
  return isAsExpected ? exitCodes.asExpected : exitCodes.unexpected;
}

function brokenBefore(output: string): LabError {
  return new LabError({
    doing: 'testing the judge before any mutant',
    expected: 'its tests pass',
    happened: 'they fail',
    evidence: lastLines(output, 20),
  });
}
