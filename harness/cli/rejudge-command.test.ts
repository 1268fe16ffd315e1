import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { z } from 'zod';
import { cli } from '../../test/support/cli.ts';
import { scratch } from '../../test/support/scratch.ts';
import { rejudgedRecord } from '../store/schema.ts';
import { readJson } from '../store/files.ts';

/**
 * Cells of runs on real dockers and a real kernel at revision 3c10934, whose expectations were corrected later: 17.09.0 answers with zeroes,
 * namespaces that are mounted again come without networks, a clean heap may grow by an object, and 3.10.0-514 ignores `nokmem`.
 */
const recorded = path.resolve(import.meta.dirname, '../run/testing/recorded');
const start = 'boot-parameter/2026-11-25_23-58-14';

test('all stored runs, with every judgement that has changed', async (t) => {
  const { exitCode, stdout, stderr } = await cli(['lab', 'rejudge', '--all', '--out', recorded]);
  t.is(
    stdout.replaceAll(recorded, 'RESULTS').replaceAll(/ +$/gm, ''),
    `RESULTS/boot-parameter/2026-11-25_23-58-14

 cell                                            stored                    judged again             comparison
 kernel=3.10.0-514.el7.x86_64/parameter=nokmem   ? inconclusive: ignored   ✔ as expected: ignored   ✘ changed
 kernel=3.10.0-514.el7.x86_64/parameter=typo     ✔ as expected: ignored    the same                 ✔ same

✘ changed  kernel=3.10.0-514.el7.x86_64/parameter=nokmem
  outcome: inconclusive → as-expected
  check effect of the parameter, expected: – → ignored
  check the kernel image has its name, expected: – → no

RESULTS/netns-restore/2026-11-25_23-55-39

 cell                                                                           stored                                                            judged again                                                     comparison
 daemon=17.09.0/mountFlags=slave/liveRestore=on/starts=restarted/systemd=219    ? inconclusive: netns lost 3/3 · stats: 3 zeroed · duplicate-ip   ✔ as expected: netns lost 3/3 · stats: 3 zeroed · duplicate-ip   ✘ changed
 daemon=17.09.0/mountFlags=slave/liveRestore=off/starts=restarted/systemd=219   ✔ as expected: netns kept · stats: 3 values                       the same                                                         ✔ same

✘ changed  daemon=17.09.0/mountFlags=slave/liveRestore=on/starts=restarted/systemd=219
  outcome: inconclusive → as-expected
  check stats calls, expected: – → 3 zeroed
  check stats streams, expected: – → 3 zeroed
  check "collecting stats" in the log, expected: – → none

RESULTS/remedies/2026-11-25_23-58-09

 cell                                                                     stored                                                                 judged again                                                       comparison
 daemon=1.13.1/remedy=namespaces-mounted-again                            ✘ unexpected: no-networks · no-leak · next restart: no-networks        ✔ as expected: no-networks · no-leak · next restart: no-networks   ✘ changed
 control=planted leak/daemon=1.13.1/collector=stalled/client=agent-1.20   ! infra failed                                                         –                                                                  – no observations
 control=clean run/daemon=1.13.1/collector=healthy/client=agent-1.20      ✘ unexpected: leak: 0.000 fds, 0.000 goroutines, 14 heap-alloc bytes   ✔ as expected: no-leak: 0.000 fds, 0.000 goroutines per call       ✘ changed

✘ changed  daemon=1.13.1/remedy=namespaces-mounted-again
  outcome: unexpected → as-expected
  check one call, as expected: no → yes (no-networks, expected values → no-networks, expected no-networks)
  check one call after the next restart, as expected: no → yes (no-networks, expected values → no-networks, expected no-networks)

✘ changed  control=clean run/daemon=1.13.1/collector=healthy/client=agent-1.20
  outcome: unexpected → as-expected
  bug: present → absent
  check heap-alloc: leak → –

7 cells of 3 runs: 2 the same, 4 changed (4 in outcome or bug), 1 without observations`,
  );
  t.is(stderr, '');
  t.is(exitCode, 1);
});

test('a control is judged by the scenario that it belongs to, though its run did not store it', async (t) => {
  const { stdout } = await cli(['lab', 'rejudge', '--json', 'remedies/2026-11-25_23-58-09', '--out', recorded]);
  const said = z
    .object({ runs: z.array(z.object({ cells: z.array(z.object({ name: z.string(), status: z.string() })) })) })
    .parse(JSON.parse(stdout));
  t.deepEqual(said.runs[0]?.cells.map((cell) => `${cell.name}: ${cell.status}`).toSorted(), [
    'control=clean run/daemon=1.13.1/collector=healthy/client=agent-1.20: changed',
    'control=planted leak/daemon=1.13.1/collector=stalled/client=agent-1.20: no-observations',
    'daemon=1.13.1/remedy=namespaces-mounted-again: changed',
  ]);
});

test('one run is the same once its verdict is what is judged now; --write keeps both', async (t) => {
  const results = scratch(t);
  cpSync(path.join(recorded, start), path.join(results, start), { recursive: true });
  const cells = path.join(results, start, 'cells');
  const [ignored = '', typo = ''] = readdirSync(cells).toSorted();
  rmSync(path.join(cells, ignored), { recursive: true });
  const rejudge = (...words: string[]) => cli(['lab', 'rejudge', ...words, '--out', results]);
  const same = await rejudge(start, start, '--write');
  t.is(
    same.stdout.replaceAll(results, 'RESULTS').replaceAll(/ +$/gm, ''),
    `RESULTS/boot-parameter/2026-11-25_23-58-14

 cell                                          stored                   judged again   comparison
 kernel=3.10.0-514.el7.x86_64/parameter=typo   ✔ as expected: ignored   the same       ✔ same

1 cell of 1 run: 1 the same, 0 changed, 0 without observations`,
  );
  t.is(same.exitCode, 0);
  const { judgements } = await readJson(path.join(cells, typo, 'rejudged.json'), rejudgedRecord);
  t.deepEqual(
    judgements.map(({ outcome, lab }) => [outcome, lab.node]),
    [['as-expected', process.versions.node]],
  );
  writeFileSync(path.join(cells, typo, 'observations.json'), '{}');
  const damaged = await rejudge();
  t.regex(
    damaged.stdout,
    /^! not judged {2}kernel=3\.10\.0-514\.el7\.x86_64\/parameter=typo\n {2}reading .*: ✖ Invalid input/m,
  );
  t.regex(damaged.stdout, /^1 cell of 1 run: 0 the same, 0 changed, 0 without observations, 1 could not be judged$/m);
  t.is(damaged.exitCode, 3);
});

test('what is asked wrongly', async (t) => {
  const results = scratch(t);
  const rejudge = (...words: string[]) => cli(['lab', 'rejudge', ...words, '--out', results]);
  const said = { exitCode: 64, stdout: '' };
  t.deepEqual(await rejudge('--all', 'boot-parameter'), {
    ...said,
    stderr: 'Either name runs or give --all: --all has no effect beside a run.',
  });
  const none = `There is no run in ${results} yet: npm run scenario netns-restore makes one.`;
  t.deepEqual(await rejudge('--all'), { ...said, stderr: none });
  t.deepEqual(await rejudge(), { ...said, stderr: none });
  t.deepEqual(await rejudge('gone'), {
    ...said,
    stderr: `There is no run "gone" in ${results}: name a run directory, SCENARIO or SCENARIO/START.`,
  });
});
