import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';

const program = path.resolve(import.meta.dirname, '../chaos/chaos.ts');

test('ten faults: nothing is lost, nothing is counted twice, the night ends', async (t) => {
  t.timeout(20 * 60_000);
  const words = ['--faults', '10', '--cells', '40', '--workers', '3', '--longest', '4', '--seed', '2026'];
  const { stdout, exitCode } = await execa(process.execPath, [program, ...words], { reject: false });
  t.log(stdout);
  t.regex(stdout, /^\d+ faults, 40 cells, 40 verdicts in \d+ runs, 0 given up, 0 wrong, /m);
  t.is(exitCode, 0);
});
