import { readFile } from 'node:fs/promises';
import test from 'ava';
import { execa } from 'execa';
import { programSetting } from '../core/typed-command.ts';

/** Packages that only some commands use, of 15 to 60 MB each: all of them cost each start of the lab 50 MB and half a second. */
const heavy = [
  '@bull-board/express',
  '@observablehq/plot',
  'bullmq',
  'express',
  'ioredis',
  'junit-report-builder',
  'linkedom',
  'prom-client',
  'testcontainers',
];

/** Prints the packages that the program of a command loads, and the files of commands, one a line. */
const listLoaded = `
  import { registerHooks } from 'node:module';
  const names = new Set();
  registerHooks({
    load(url, context, next) {
      const [, name] = /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? [];
      const [, command] = /\\/cli\\/([^/]+-commands?\\.ts)$/.exec(url) ?? [];
      if (command !== undefined) names.add(command);
      if (name !== undefined) names.add(name);
      return next(url, context);
    },
  });
  const { labProgram } = await import(process.argv[1]);
  await labProgram(() => {}, process.argv.slice(2));
  console.log([...names].join('\\n'));`;

async function loadedBy(typed: readonly string[], env = {}): Promise<string[]> {
  const program = new URL('program.ts', import.meta.url).href;
  const words = ['--input-type=module', '--eval', listLoaded, program, ...typed];
  const { stdout } = await execa(process.execPath, words, { env });
  return stdout.split('\n');
}

test('no start of the lab loads packages that its command does not use', async (t) => {
  const loaded = await loadedBy([]);
  t.true(loaded.includes('commander'), 'the packages of the lab are seen');
  t.deepEqual(
    heavy.filter((name) => loaded.includes(name)),
    [],
  );
});

test('a start of one command loads no other; an unknown command has all', async (t) => {
  const commandsOf = async (typed: string, env = {}) =>
    (await loadedBy(typed.split(' '), env)).filter((name) => /-commands?\.ts$/.test(name)).toSorted();
  t.deepEqual(await commandsOf('scenario netns-restore'), ['scenario-command.ts']);
  t.deepEqual(await commandsOf('lab kernels'), ['kernel-commands.ts']);
  t.deepEqual(await commandsOf('diagnose', { [programSetting]: 'leaklab' }), ['diagnose-command.ts']);
  const all = await commandsOf('lab diagnos');
  t.true(all.length > 20, all.join(' '));
});

test('npm ci fills the compile cache with the flags of `npm run scenario`: V8 does not take code of other flags from it', async (t) => {
  const scripts = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const started = (name: string) =>
    new RegExp(`"${name}": "[^"]*(node (?:--\\S+ )+harness/cli/start\\.js scenario)`).exec(scripts)?.[1];
  t.truthy(started('scenario'));
  t.is(started('prepare'), started('scenario'));
});
