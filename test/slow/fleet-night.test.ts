import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { listRuns } from '../../harness/store/list-runs.ts';
import { readRun } from '../../harness/store/read-run.ts';
import { scratch } from '../support/scratch.ts';

const program = path.resolve(import.meta.dirname, '../fleet/three-hosts.ts');

test('a night on three hosts: verdicts as in process, and cells where they belong', async (t) => {
  t.timeout(20 * 60_000);
  const directory = scratch(t);
  const selection = ['--profile', 'quick', '--only', 'scenario=netns-restore,kmem-slab'];
  const { stdout } = await execa(process.execPath, [program, directory, ...selection], { reject: false });
  t.log(stdout);
  const results = path.join(directory, 'results');
  const runs = await Promise.all((await listRuns(results)).map((run) => readRun(path.join(results, run))));
  const cells = runs.flatMap((run) => run.cells);
  t.deepEqual(
    cells.map(({ verdict }) => verdict?.outcome),
    Array.from({ length: 8 }, () => 'as-expected'),
  );
  const hosts = (kind: string) =>
    new Set(
      runs.filter(({ run }) => run.machine.kind === kind).flatMap((run) => run.cells.map((cell) => cell.verdict?.host)),
    );
  t.deepEqual([...hosts('microvm')], ['virtual']);
  t.false(hosts('local').has('virtual'));
  t.regex(stdout, /^Cells of the fleet: .*virtual ran 4\.$/m);
});
