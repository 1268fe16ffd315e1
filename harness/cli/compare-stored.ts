import { openHistory } from '../history/history.ts';
import { printableJson } from '../core/printable.ts';
import { reportStoredComparison } from '../report/comparison-report.ts';
import { paintFor } from '../report/style.ts';
import { exitCodes } from '../run/exit-code.ts';
import { complainOf } from './rebuild-command.ts';

/** Prints what is different between two stored runs, nights or builds. The exit code is 1 when an outcome or a slope is. */
export async function compareStored(
  before: string,
  now: string,
  { out, json }: { out: string; json?: true },
): Promise<number> {
  using history = await openHistory(out);
  complainOf(history);
  const comparison = history.compare(before, now);
  process.stdout.write(
    json ? `${printableJson(comparison)}\n` : reportStoredComparison(comparison, paintFor(process.stdout)),
  );
  const { changed, moved } = comparison;
  return changed.length + moved.length > 0 ? exitCodes.unexpected : exitCodes.asExpected;
}
