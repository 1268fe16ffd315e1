import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { LabError } from '../core/errors.ts';
import { cacheDirectory } from '../fetch/cache.ts';
import { removeEntry, unusedEntries } from '../fetch/prune-cache.ts';
import { citedRuns } from '../history/citations.ts';
import { openHistory } from '../history/history.ts';
import { citedByTrends, retentionOf } from '../history/retention.ts';
import { complainOf } from './rebuild-command.ts';
import { asking } from '../core/system-error.ts';
import { mostNights, positive, resultsOption } from './options.ts';

interface Options {
  keepNights?: number;
  keepDays?: number;
  cacheDays?: number;
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
    .option(
      '--cache-days <n>',
      'also remove entries of the cache that no run has used in the last <n> days',
      positive(mostNights),
    )
    .option('--dry-run', 'say what would go, and remove nothing')
    .addOption(resultsOption('where runs are kept'))
    .action(prune);
}

async function prune({ keepNights, keepDays, cacheDays, dryRun, out }: Options): Promise<void> {
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
  if (cacheDays !== undefined) await pruneCache(cacheDays, dryRun);
}

async function pruneCache(days: number, dryRun?: true): Promise<void> {
  const cache = cacheDirectory();
  const unused = await unusedEntries(cache, new Date(Date.now() - days * 86_400_000));
  let went = 0;
  for (const { entry, lastUse } of unused) {
    const since = `last used ${lastUse.toISOString().slice(0, 10)}`;
    if (!dryRun && !(await removeEntry(cache, entry))) {
      process.stdout.write(`kept, as another run is making it: ${entry}\n`);
      continue;
    }
    went++;
    process.stdout.write(`${dryRun ? 'would go' : 'removed'}: ${entry}, ${since}\n`);
  }
  process.stdout.write(`${went} ${went === 1 ? 'entry' : 'entries'} of the cache ${dryRun ? 'would go' : 'went'}\n`);
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
