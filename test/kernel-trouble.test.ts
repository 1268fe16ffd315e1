import test from 'ava';
import { microvmKind } from '../harness/machines/microvm/kind.ts';
import { valueWords } from '../harness/report/value-words.ts';
import { runCell } from '../harness/run/run-cell.ts';
import type { Scenario } from '../harness/run/scenario.ts';
import type { Outcome } from '../harness/core/outcome.ts';
import { createRunDirectory } from '../harness/store/run-directory.ts';
import { quietly } from '../harness/fetch/cache.ts';
import { fetchKernel } from '../harness/fetch/kernel.ts';
import { fakeHost } from './support/fake-machine.ts';
import { fakeScenario } from './support/fake-scenario.ts';
import { scratch } from './support/scratch.ts';

test.after.always(() => microvmKind.release?.());

/** Runs a script in a guest of 5.10 as the protocol of a cell. */
const tried = test.macro(async (t, script: string, outcome: Outcome, said: RegExp, console: RegExp) => {
  t.timeout(6 * 60_000);
  const run: Scenario['run'] = async ({ machine }) => {
    const { exitCode, signal } = await machine.run(['sh', '-c', script]);
    throw new Error(`the work ended with ${exitCode ?? signal}`);
  };
  const budget = { memoryBytes: 128 << 20, diskBytes: 0, seconds: 100 };
  const directory = await createRunDirectory(scratch(t), 'fake', new Date(0));
  const verdict = await runCell({
    scenario: fakeScenario({ needs: ['kernel'], run, budget }),
    cell: { mood: 'bad' },
    kernel: await fetchKernel('5.10', quietly()),
    kind: microvmKind,
    host: fakeHost,
    directory: await directory.beginCell({ mood: 'bad' }, 1),
    doing: () => {},
    hold: () => Promise.resolve(),
    signal: new AbortController().signal,
  });
  t.is(verdict?.outcome, outcome, verdict?.failure);
  const [check] = verdict?.judgement?.checks ?? [];
  t.regex(check ? valueWords(check.observed) : (verdict?.failure ?? ''), said);
  t.regex(check?.evidence.join('\n') ?? verdict?.failure ?? '', console);
});

test.serial(
  'a real guest kernel that panics under the work',
  tried,
  'echo c >/proc/sysrq-trigger',
  'unexpected',
  /^\[.*\] Kernel panic - not syncing: sysrq triggered crash; then: talking to a micro VM: /,
  /^\[.*\] (?:sysrq: Trigger a crash|Call Trace:)$/m,
);

test.serial(
  'a real guest that runs out of memory under the work',
  tried,
  'tail /dev/zero',
  'inconclusive',
  /^running the cell on the kernel 5\.10\..*: \[.*\] Out of memory: Killed process \d+ \((?:tail|sh|busybox)\)/,
  /expected: it stays within the 128 MiB of its machine/,
);
