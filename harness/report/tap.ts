import type { StoredRun } from '../store/read-run.ts';
import { lineOf, statusOf } from './night-cells.ts';

/** The cells of runs as TAP 13 (testanything.org): a line a cell, with what was expected and observed where they differ. */
export function tapOf(runs: readonly StoredRun[]): string {
  const cells = runs.flatMap(({ run, cells: all }) => all.map((cell) => ({ run, cell })));
  const lines = cells.flatMap(({ run, cell }, index) => {
    const { plan, verdict } = cell;
    const status = statusOf(cell);
    const repeat = plan.repeat > 1 ? ` (repeat ${plan.repeat})` : '';
    const name = escaped(`${run.scenario} ${run.machine.machine} ${plan.name}${repeat}`);
    const skip = status === 'skipped' ? ` # SKIP ${escaped(lineOf(cell))}` : '';
    const line = `${status === 'passed' || status === 'skipped' ? 'ok' : 'not ok'} ${index + 1} - ${name}${skip}`;
    if (status !== 'failed' && status !== 'broken') return [line];
    // JSON is YAML, and takes any text.
    const facts = { said: lineOf(cell), outcome: verdict?.outcome ?? 'not-finished', seconds: verdict?.seconds ?? 0 };
    return [
      line,
      '  ---',
      ...Object.entries(facts).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`),
      '  ...',
    ];
  });
  return ['TAP version 13', `1..${cells.length}`, ...lines, ''].join('\n');
}

/** `#` begins a directive, and a line is a test; control characters would move the cursor of who reads it. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('#', '\\#')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
