import test from 'ava';
import { execa } from 'execa';

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

/** Prints the packages that the module of a URL loads, one a line. */
const listLoaded = `
  import { registerHooks } from 'node:module';
  const names = new Set();
  registerHooks({
    load(url, context, next) {
      const [, name] = /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? [];
      if (name !== undefined) names.add(name);
      return next(url, context);
    },
  });
  await import(process.argv[1]);
  console.log([...names].join('\\n'));`;

test('no start of the lab loads packages that its command does not use', async (t) => {
  const program = new URL('program.ts', import.meta.url).href;
  const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', listLoaded, program]);
  const loaded = stdout.split('\n');
  t.true(loaded.includes('commander'), 'the packages of the lab are seen');
  t.deepEqual(
    heavy.filter((name) => loaded.includes(name)),
    [],
  );
});
