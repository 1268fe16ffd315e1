import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { LabError } from '../core/errors.ts';
import { citedRuns } from '../history/citations.ts';
import { openHistory } from '../history/history.ts';
import { citedByTrends, retentionOf } from '../history/retention.ts';
import { complainOf } from './rebuild-command.ts';
import { asking } from '../core/system-error.ts';
import { defaultResults, filePath, mostNights, positive } from './options.ts';

interface Options {
  keepNights?: number;
  keepDays?: number;
  dryRun?: true;
  out: string;
}

/** Nights that are kept when no rule is given: a month. */
const usualNights = 30;

/** `lab prune` */
export function addPruneCommand(lab: Command): void {
  lab
    .command('prune')
    .description('remove old nights and runs; never one that a report, a draft or a night that is kept cites')
    .option(
      '--keep-nights <n>',
      `the newest nights, and runs by hand since then; ${usualNights} by default`,
      positive(mostNights),
    )
    .option('--keep-days <n>', 'what began in the last days', positive(mostNights))
    .option('--dry-run', 'say what would go, and remove nothing')
    .option('--out <dir>', 'where runs are kept', filePath, defaultResults)
    .action(prune);
}

async function prune({ keepNights, keepDays, dryRun, out }: Options): Promise<void> {
  const rule =
    keepNights === undefined && keepDays === undefined
      ? { nights: usualNights }
      : { ...(keepNights !== undefined && { nights: keepNights }), ...(keepDays !== undefined && { days: keepDays }) };
  const { columns, cited } = await lookAt(out);
  const decided = retentionOf(columns, rule, cited, new Date());
  for (const { column, kept } of decided) {
    if (kept !== undefined && kept !== 'it is new enough') process.stdout.write(`kept, as ${kept}: ${column.key}\n`);
  }
  const going = decided.filter(({ kept }) => kept === undefined);
  for (const { column } of going) {
    process.stdout.write(`${dryRun ? 'would go' : 'removed'}: ${column.key}\n`);
    if (dryRun) continue;
    // The record goes first: what is left when this is interrupted is no run any more, and never half of one.
    if (column.kind === 'night') await removeWith(path.join(out, column.key), 'night.json');
    for (const run of column.runs) await removeWith(path.join(out, run), 'run.json');
  }
  process.stdout.write(
    `${going.length} of ${columns.length} nights and runs by hand ${dryRun ? 'would go' : 'went'}\n`,
  );
  if (!dryRun) (await openHistory(out))[Symbol.dispose]();
}

async function lookAt(out: string) {
  using history = await openHistory(out);
  // A run cites nothing, and one that cannot be read stays; a night could cite any.
  const [first, ...rest] = history.unreadable.filter(({ kind }) => kind === 'night');
  if (first) {
    throw new LabError({
      doing: `looking for what a night or a report cites in ${out}`,
      expected: 'every run and night can be read',
      happened: `${first.directory} cannot${rest.length > 0 ? `, nor can ${rest.length} others` : ''}: ${first.why}`,
      hint: 'remove by hand the files that cannot be read, or read them with the version that wrote them',
    });
  }
  complainOf(history);
  const columns = history.nights();
  const { rows } = history.matrix({ limit: columns.length });
  const runs = columns.flatMap((column) => column.runs);
  const cited = new Map([...(await citedRuns(out, runs)), ...citedByTrends(rows, columns)]);
  return { columns, cited };
}

async function removeWith(directory: string, record: string): Promise<void> {
  await asking(`removing ${directory}`, async () => {
    await rm(path.join(directory, record), { force: true });
    await rm(directory, { recursive: true, force: true });
  });
}
