import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Parser } from 'tap-parser';

/**
 * Runs AVA and ends with the plain line `N passed, N failed`. Units go two files at a time; what uses real daemons
 * goes one by one, so that a test may look at the whole host. With `--all` the slow ones go, too.
 */
const all = process.argv.includes('--all');
const parts = [
  ['harness', 'scenarios', 'vms'],
  // Not the directory and what to leave out of it: AVA takes all of a directory that it is given.
  ['--concurrency=1', ...(all ? ['test'] : ['test/*.test.ts', 'test/!(slow)/**/*.test.ts'])],
];

let passed = 0;
let failed = 0;
for (const words of parts) {
  const extra = words[0]?.startsWith('-') ? [] : process.argv.slice(2).filter((word) => word !== '--all');
  await runAva([...words, ...extra]);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

async function runAva(words: string[]): Promise<void> {
  const ava = spawn('ava', ['--tap', ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  // A signal to this process is meant for the tests.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ava.kill(signal));
  const parser = new Parser();
  parser.on('assert', ({ ok, name, diag }: { ok: boolean; name: string; diag?: unknown }) => {
    if (ok) passed++;
    else failed++;
    process.stdout.write(`${ok ? '✔' : '✘'} ${name}\n${ok ? '' : `${JSON.stringify(diag, null, 2)}\n`}`);
  });
  // AVA logs what a test says with t.log as comments.
  parser.on('comment', (text: string) => process.stdout.write(`  ${text.replace(/^#\s*/, '')}`));
  const parsed = once(parser, 'complete');
  ava.stdout.pipe(parser);
  const [[exitCode]] = await Promise.all([once(ava, 'exit'), parsed]);
  // A worker that crashed, or files without a test, are failures that TAP does not always count.
  if (exitCode !== 0 && failed === 0) failed++;
}
